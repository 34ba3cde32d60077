import { type Static, Type } from '@sinclair/typebox'
import { type Stamp, table } from '../../store/table.ts'
import { apiGroups } from '../api-groups/tables.ts'
import { envs } from '../envs/tables.ts'

export const variable_value = Type.String({
  pattern: '^[A-Za-z0-9_/.:-]{1,255}$',
  description: '1 to 255 letters, digits and _ - / . :',
  examples: ['192.168.1.5'],
})

export const EnvVariableCreate = Type.Object({
  variable_value,
  env_id: Type.String({
    minLength: 1,
    maxLength: 65,
    examples: ['7a1ad0c350844ee69479b47df9a881cb'],
  }),
  group_id: Type.String({
    minLength: 1,
    maxLength: 65,
    examples: ['c77f5e81d9cb4424bf704ef2b0ac7600'],
  }),
  variable_name: Type.String({
    pattern: '^[A-Za-z][A-Za-z0-9_-]{2,31}$',
    description: '3 to 32 characters, first a letter; letters, digits, _ and -',
    examples: ['address'],
  }),
})

export const EnvVariable = Type.Object({
  id: Type.String({ examples: ['25054838a624400bbf2267cf5b3a3f70'] }),
  ...EnvVariableCreate.properties,
})
export type EnvVariable = Static<typeof EnvVariable>

export const newEnvVariable = (
  given: Partial<EnvVariable> & Static<typeof EnvVariableCreate>,
  { ids }: Stamp,
): EnvVariable => ({ id: ids.hex(), ...given })

/** The same name may have another value in each group and environment. */
export const envVariables = table('env_variables', EnvVariable, {
  belongsTo: { group_id: apiGroups, env_id: envs },
  unique: [['group_id', 'env_id', 'variable_name']],
  complete: newEnvVariable,
})

export const tables = [envVariables]
