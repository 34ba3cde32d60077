import { Type } from '@sinclair/typebox'
import { Time } from '../schema/kinds.ts'

/** Something named by its id or by its name. */
const Reference = Type.Object({
  id: Type.Optional(Type.String()),
  name: Type.Optional(Type.String()),
})

export const Scope = Type.Object({
  project: Type.Optional(
    Type.Composite([Reference, Type.Object({ domain: Type.Optional(Reference) })]),
  ),
  domain: Type.Optional(Reference),
})

const Domain = Type.Object({ id: Type.String(), name: Type.String() })

const TokenInfo = Type.Object({
  token: Type.Object({
    issued_at: Time('microseconds'),
    expires_at: Time('microseconds'),
    methods: Type.Array(Type.String()),
    catalog: Type.Array(Type.Object({})),
    roles: Type.Array(Domain),
    project: Type.Optional(Type.Object({ ...Domain.properties, domain: Domain })),
    domain: Type.Optional(Domain),
    user: Type.Object({ ...Domain.properties, domain: Domain, password_expires_at: Type.String() }),
  }),
})

/** An agency of another domain: its name is `xrole_name` in what older clients send. */
const Agency = Type.Object({
  domain_id: Type.Optional(Type.String()),
  domain_name: Type.Optional(Type.String()),
  agency_name: Type.Optional(Type.String()),
  xrole_name: Type.Optional(Type.String()),
})

export const KeystoneCreateUserToken = {
  operationId: 'KeystoneCreateUserTokenByPassword',
  body: Type.Object({
    auth: Type.Object({
      identity: Type.Object({
        methods: Type.Array(Type.String(), { minItems: 1 }),
        password: Type.Optional(
          Type.Object({
            user: Type.Composite([
              Reference,
              Type.Object({ password: Type.String(), domain: Type.Optional(Reference) }),
            ]),
          }),
        ),
        token: Type.Optional(Type.Object({ id: Type.String() })),
        assume_role: Type.Optional(Agency),
      }),
      scope: Type.Optional(Scope),
    }),
  }),
  response: { 201: TokenInfo },
}

export const KeystoneValidateToken = {
  operationId: 'KeystoneValidateToken',
  response: { 200: TokenInfo },
}

/** A pager stops at a `next` that is null. */
const links = Type.Object({ self: Type.String(), next: Type.Null(), previous: Type.Null() })
const itself = Type.Object({ self: Type.String() })

const ProjectInfo = Type.Object({
  ...Domain.properties,
  domain_id: Type.String(),
  parent_id: Type.String(),
  enabled: Type.Boolean(),
  is_domain: Type.Boolean(),
  description: Type.String(),
  links: itself,
})

export const KeystoneListProjects = {
  operationId: 'KeystoneListProjects',
  querystring: Type.Object({
    name: Type.Optional(Type.String()),
    domain_id: Type.Optional(Type.String()),
  }),
  response: { 200: Type.Object({ projects: Type.Array(ProjectInfo), links }) },
}

export const KeystoneCreateProject = {
  operationId: 'KeystoneCreateProject',
  body: Type.Object({
    project: Type.Object({
      name: Type.String({ minLength: 1, maxLength: 64 }),
      domain_id: Type.Optional(Type.String()),
    }),
  }),
  response: { 201: Type.Object({ project: ProjectInfo }) },
}

export const KeystoneListAuthDomains = {
  operationId: 'KeystoneListAuthDomains',
  response: {
    200: Type.Object({
      domains: Type.Array(
        Type.Object({
          ...Domain.properties,
          enabled: Type.Boolean(),
          description: Type.String(),
          links: itself,
        }),
      ),
      links,
    }),
  },
}

export const KeystoneListRegions = {
  operationId: 'KeystoneListRegions',
  response: {
    200: Type.Object({
      regions: Type.Array(
        Type.Object({
          id: Type.String(),
          type: Type.String(),
          description: Type.String(),
          parent_region_id: Type.Null(),
          links: itself,
        }),
      ),
      links,
    }),
  },
}

export const KeystoneListUsers = {
  operationId: 'KeystoneListUsers',
  querystring: Type.Object({
    name: Type.Optional(Type.String()),
    domain_id: Type.Optional(Type.String()),
  }),
  response: {
    200: Type.Object({
      users: Type.Array(
        Type.Object({
          ...Domain.properties,
          domain_id: Type.String(),
          enabled: Type.Boolean(),
          description: Type.String(),
          links: itself,
        }),
      ),
      links,
    }),
  },
}

/** For how many seconds a temporary key is valid: 15 minutes to a day. */
const duration_seconds = Type.Optional(Type.Integer({ minimum: 900, maximum: 86_400 }))

export const CreateTemporaryAccessKey = {
  operationId: 'CreateTemporaryAccessKeyByToken',
  body: Type.Object({
    auth: Type.Object({
      identity: Type.Object({
        methods: Type.Array(Type.Union([Type.Literal('token'), Type.Literal('assume_role')]), {
          minItems: 1,
        }),
        token: Type.Optional(Type.Object({ id: Type.Optional(Type.String()), duration_seconds })),
        assume_role: Type.Optional(Type.Composite([Agency, Type.Object({ duration_seconds })])),
      }),
    }),
  }),
  response: {
    201: Type.Object({
      credential: Type.Object({
        access: Type.String(),
        secret: Type.String(),
        securitytoken: Type.String(),
        expires_at: Time('microseconds'),
      }),
    }),
  },
}
