/** The whole contract against one target: a real one takes 5 s of processor time to start. */
import './config-maps.contract.ts'
import './deciding.contract.ts'
import './filing.contract.ts'
import './id-tokens.contract.ts'
import './kubelets.contract.ts'
import './leases.contract.ts'
import './networks.contract.ts'
import './objects.contract.ts'
import './proposing.contract.ts'
import './reading.contract.ts'
import './rights.contract.ts'
import './selecting.contract.ts'
import './signing.contract.ts'
import './throttling.contract.ts'
import './watching.contract.ts'
import { onOneTarget } from './contract.ts'

onOneTarget()
