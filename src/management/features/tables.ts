import { type Static, Type } from '@sinclair/typebox'
import { Time } from '../../schema/kinds.ts'
import { type Stamp, table } from '../../store/table.ts'

export const FeatureToggle = Type.Object({
  name: Type.String({ minLength: 1, maxLength: 64, examples: ['ratelimit'] }),
  enable: Type.Boolean({ examples: [true] }),
  config: Type.Optional(Type.String({ examples: ['{"api_limits":200}'] })),
})

/** A feature that was configured; the others are as the catalogue has them. */
export const InstanceFeature = Type.Object({
  id: Type.String({ examples: ['db9a9260cd3e4a16a9b5747a65d3ffaa'] }),
  name: FeatureToggle.properties.name,
  enable: FeatureToggle.properties.enable,
  config: Type.String({ examples: ['{"api_limits":200}'] }),
  update_time: Time('nanoseconds'),
})
export type InstanceFeature = Static<typeof InstanceFeature>

export const newFeature = (
  given: Partial<InstanceFeature> & Pick<InstanceFeature, 'name'>,
  { ids, clock }: Stamp,
): InstanceFeature => ({
  id: ids.hex(),
  enable: true,
  config: 'on',
  update_time: clock.now(),
  ...given,
})

export const features = table('features', InstanceFeature, {
  unique: ['name'],
  complete: newFeature,
})

export const tables = [features]
