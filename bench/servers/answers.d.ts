export const app: object
export const list: object
