/** What the two servers answer that keep no state: an app, and a list of 20, of usual sizes. */
export const app = {
  id: '4f013192febc8da47b66b1823a10c16d',
  name: 'app_00000001',
  creator: 'USER',
  app_key: '866c26128608bd56bf5d546bbfae2b21',
  app_secret: '64d8c5500f592aa326af6083f5f0fe7b',
  register_time: '2026-01-02T03:04:05.810228271Z',
  update_time: '2026-01-02T03:04:05.810228271Z',
  status: 1,
  app_type: 'apig',
}

export const list = {
  total: 1000,
  size: 20,
  apps: Array.from({ length: 20 }, () => ({
    ...app,
    register_time: '2026-01-02T03:04:05Z',
    update_time: '2026-01-02T03:04:05Z',
    bind_num: 0,
  })),
}
