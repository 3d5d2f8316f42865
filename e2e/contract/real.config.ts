import { contractConfig } from './contract-config.ts'

export default contractConfig('real')
