import { contractConfig } from './vitest.config.ts'

export default contractConfig('real')
