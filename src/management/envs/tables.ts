import { type Static, Type } from '@sinclair/typebox'
import { Text, Time, type TimeFormat } from '../../schema/kinds.ts'
import { type Stamp, table } from '../../store/table.ts'

/** The environment that every gateway has, and that a call without `X-Stage` goes to. */
export const RELEASE = { id: 'DEFAULT_ENVIRONMENT_RELEASE_ID', name: 'RELEASE' }

export const EnvCreate = Type.Object({
  name: Type.String({
    pattern: '^[A-Za-z][A-Za-z0-9_]{2,63}$',
    description: '3 to 64 characters, first a letter; letters, digits, _',
    examples: ['DEV'],
  }),
  remark: Type.Optional(Text({ maxLength: 255, examples: ['Development environment'] })),
})

/** An environment as returned; operations differ in how they write its time. */
export const EnvInfo = (created: TimeFormat) =>
  Type.Object({
    id: Type.String({ examples: ['7a1ad0c350844ee69479b47df9a881cb'] }),
    name: EnvCreate.properties.name,
    remark: Text({ maxLength: 255, examples: ['Development environment'] }),
    create_time: Time(created),
  })

export const Env = EnvInfo('seconds')
export type Env = Static<typeof Env>

export const newEnv = (given: Partial<Env> & Pick<Env, 'name'>, { ids, clock }: Stamp): Env => ({
  id: given.id ?? ids.hex(),
  remark: '',
  create_time: clock.now(),
  ...given,
})

export const envs = table('envs', Env, {
  unique: ['name'],
  complete: newEnv,
  birth: () => [RELEASE],
})

export const tables = [envs]
