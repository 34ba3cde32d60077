/** What a secret is shown as. */
export const MASK = '***'

const SECRET_NAME =
  /secret|passw(or)?d|^app_code$|^ai_api_key$|private_key|token$|^token_id$|^(x-sdk-)?signature$|^(proxy-)?authorization$|^(set-)?cookie$/i

/** Whether a field, parameter or header of this name holds a secret. */
export const isSecretName = (name: string): boolean => SECRET_NAME.test(name)

/** Keystone puts a user and a domain inside of `password`: their names are no secrets. */
const OPEN_NAME = /^(user|domain|project|methods)$/

/**
 * Whether what is in a member is secret: its own name says so, or that of what it is in.
 * @param isInside whether the container is one of secrets
 */
export const isSecretMember = (
  name: string | undefined,
  value: unknown,
  isInside: boolean,
): boolean => {
  if (name === undefined) return isInside
  if (isSecretName(name)) return true
  return isInside && !(typeof value === 'object' && OPEN_NAME.test(name))
}
