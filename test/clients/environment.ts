/** What a suite is told, by these names and no others: two keys, one of them temporary, and a gateway. */
export const environment = {
  APIG_MOCK_AK: 'MOCKACCESSKEY0000001',
  APIG_MOCK_SK: 'mock-secret-access-key-0000000000000001',
  APIG_MOCK_TEMPORARY_AK: 'TEMPORARYACCESSKEY01',
  APIG_MOCK_TEMPORARY_SK: 'a-temporary-secret-access-key-0000000001',
  APIG_MOCK_TEMPORARY_TOKEN: 'a-security-token',
  APIG_MOCK_PROJECT: 'a0000000000000000000000000000001',
  APIG_MOCK_REGION: 'cn-north-4',
  APIG_MOCK_GATEWAY: 'my-gateway',
}

export const seed = {
  access_keys: [
    { access: environment.APIG_MOCK_AK, secret: environment.APIG_MOCK_SK },
    {
      access: environment.APIG_MOCK_TEMPORARY_AK,
      secret: environment.APIG_MOCK_TEMPORARY_SK,
      security_token: environment.APIG_MOCK_TEMPORARY_TOKEN,
    },
  ],
  instances: [{ id: environment.APIG_MOCK_GATEWAY, project_id: environment.APIG_MOCK_PROJECT }],
}
