import { type Static, Type } from '@sinclair/typebox'
import { type Stamp, table } from '../store/table.ts'

/** What an identity may do: everything, only GET, or nothing. */
const Role = Type.Union([
  Type.Literal('administrator'),
  Type.Literal('read-only'),
  Type.Literal('none'),
])

/** Operations, by the vendor's names, that are refused whatever the role. */
const Deny = Type.Array(Type.String({ pattern: '^[A-Z][A-Za-z0-9]*$' }))

/** The first and the last moment of the years 0 to 9999, in milliseconds since 1970. */
const FIRST_MOMENT = -62_167_219_200_000
export const LAST_MOMENT = 253_402_300_799_999

/** Milliseconds since 1970; other years cannot be written with four digits. */
const Moment = Type.Number({ minimum: FIRST_MOMENT, maximum: LAST_MOMENT })

const Domain = Type.Object({ id: Type.String(), name: Type.String() })

const Project = Type.Object({
  id: Type.String(),
  name: Type.String({ description: 'clients look a project up by the name of its region' }),
  domain_id: Type.String(),
})
export type Project = Static<typeof Project>

const User = Type.Object({
  id: Type.String(),
  name: Type.String(),
  password: Type.String(),
  domain_id: Type.String(),
  role: Role,
  deny: Deny,
})
export type User = Static<typeof User>

/** A credential acts for a user, and may be given less than the user has. */
const acting = {
  user_id: Type.String(),
  role: Type.Optional(Role),
  deny: Type.Optional(Deny),
  origin_project_id: Type.Optional(
    Type.String({
      description:
        'the project of the credential that this one was made from: it is exchanged for that project alone',
    }),
  ),
  expires_at: Type.Optional(Moment),
}

const AccessKey = Type.Object({
  access: Type.String(),
  secret: Type.String(),
  ...acting,
  project_id: Type.Optional(
    Type.String({ description: 'the project it may act on; absent for any, empty for none' }),
  ),
  security_token: Type.Optional(Type.String({ description: 'of a temporary key' })),
})
export type AccessKey = Static<typeof AccessKey>

const Token = Type.Object({
  id: Type.String({ description: 'the token itself' }),
  ...acting,
  project_id: Type.Optional(
    Type.String({ description: 'its scope; * for any project, absent for the domain' }),
  ),
  methods: Type.Optional(
    Type.Array(Type.String(), { description: 'how its user was identified; password if absent' }),
  ),
  issued_at: Moment,
})
export type Token = Static<typeof Token>

/** What a request is made with. */
export type Caller = Token | AccessKey

const DOMAIN = 'd0000000000000000000000000000001'
const ADMIN = 'e0000000000000000000000000000001'
export const DEFAULT_PROJECT = 'a0000000000000000000000000000001'

export const domains = table('domains', Domain, {
  scope: 'account',
  unique: ['name'],
  builtIn: [{ id: DOMAIN, name: 'mock-domain' }],
})

export function newProject(
  given: Partial<Project> & Pick<Project, 'name'>,
  { ids }: Stamp,
): Project {
  return { id: ids.hex(), domain_id: DOMAIN, ...given }
}

export const projects = table('projects', Project, {
  scope: 'account',
  unique: ['name'],
  refers: { domain_id: domains },
  complete: newProject,
  builtIn: [
    { id: DEFAULT_PROJECT, name: 'cn-north-4' },
    { id: 'a0000000000000000000000000000002', name: 'cn-north-1' },
  ],
})

export const users = table('users', User, {
  scope: 'account',
  unique: ['name'],
  refers: { domain_id: domains },
  complete: (given: Partial<User> & Pick<User, 'name'>, { ids }): User => ({
    id: ids.hex(),
    password: 'mock-password',
    domain_id: DOMAIN,
    role: 'administrator',
    deny: [],
    ...given,
  }),
  builtIn: [{ id: ADMIN, name: 'mock-user' }],
})

/** A whole access key of the fields given; 20 and 40 characters, as the real ones have. */
export function newAccessKey(given: Partial<AccessKey>, { ids }: Stamp): AccessKey {
  return {
    access: ids.hex().slice(0, 20).toUpperCase(),
    secret: ids.code().slice(0, 40),
    user_id: ADMIN,
    ...given,
  }
}

export const accessKeys = table('access_keys', AccessKey, {
  scope: 'account',
  key: 'access',
  refers: { user_id: users },
  complete: newAccessKey,
  builtIn: [{ access: 'MOCKACCESSKEY0000001', secret: 'mock-secret-access-key-0000000000000001' }],
})

/** A whole token of the fields given; it never expires unless they say when. */
export function newToken(given: Partial<Token>, { ids, clock }: Stamp): Token {
  return { id: ids.code(), user_id: ADMIN, issued_at: clock.now(), ...given }
}

export const tokens = table('tokens', Token, {
  scope: 'account',
  // Not its project: lenient mode accepts any project id.
  refers: { user_id: users },
  complete: newToken,
  builtIn: [
    { id: 'mock-token', project_id: '*' },
    { id: 'mock-read-only-token', project_id: '*', role: 'read-only' },
    { id: 'mock-no-permission-token', project_id: '*', role: 'none' },
    { id: 'mock-expired-token', project_id: '*', issued_at: 0, expires_at: 24 * 3_600_000 },
    { id: 'mock-other-project-token', project_id: 'a0000000000000000000000000000002' },
    { id: 'mock-domain-token' },
  ],
})

/** What the server knows of callers, in the order in which a seed is read. */
export const identityTables = [domains, projects, users, accessKeys, tokens]
