/**
 * The whole contract, against one target: a real one takes 5 s of processor to come up.
 *
 * Not in it: 429 with Retry-After. The stand-in says so when told to, which proves nothing of a real
 * API server; that one says so only while it is overloaded, or of a resource that was defined a moment
 * ago, and neither comes when a test asks for it.
 */
import './config-maps.contract.ts'
import './deciding.contract.ts'
import './filing.contract.ts'
import './leases.contract.ts'
import './objects.contract.ts'
import './proposing.contract.ts'
import './reading.contract.ts'
import './rights.contract.ts'
import './signing.contract.ts'
import './watching.contract.ts'
import { onOneTarget } from './contract.ts'

onOneTarget()
