import { EMPTY, type Scenario } from '#sandbox/scenario.ts'
import { AFTER_SHUTDOWN } from '#sandbox/scenarios/after-shutdown.ts'
import { BARE_METAL } from '#sandbox/scenarios/bare-metal.ts'
import { RACK2 } from '#sandbox/scenarios/rack2.ts'
import { SELF_SIGNED } from '#sandbox/scenarios/self-signed.ts'

/** Values of `--scenario`. */
export const SCENARIOS: Readonly<Record<string, Scenario>> = {
  rack2: RACK2,
  'bare-metal': BARE_METAL,
  'after-shutdown': AFTER_SHUTDOWN,
  'self-signed': SELF_SIGNED,
  empty: EMPTY,
}
