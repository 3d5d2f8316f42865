/** `npm run package`: writes the npm package as an archive. Needs a build and GNU `tar`. */
import { parseArgs } from 'node:util'
import { packPackage } from './npm-package.ts'

const { values } = parseArgs({ options: { output: { type: 'string', default: 'dist' } } })
const { archive, bytes } = await packPackage(values.output)
console.log(`package   ${archive}  ${(bytes / 1e6).toFixed(1)} MB`)
