/** The operations of IAM that are served, by IAM's own ids: the journal and faults name them so. */
export const iamOperations: readonly string[] = [
  'CreateTemporaryAccessKeyByToken',
  'KeystoneCreateProject',
  'KeystoneCreateUserTokenByPassword',
  'KeystoneListAuthDomains',
  'KeystoneListProjects',
  'KeystoneListRegions',
  'KeystoneListUsers',
  'KeystoneValidateToken',
]
