/**
 * Runs vitest with one config, on a terminal or for `npm test` in $REPORT; further arguments are
 * vitest's: files, `-t`.
 */
import { spawnSync } from 'node:child_process'

const report = process.env.REPORT
const [config = 'vitest.config.ts', ...more] = process.argv.slice(2)
const args = ['run', '--config', config, '--reporter=default', ...more]
if (report) args.push('--reporter=json', `--outputFile.json=${report}`)
process.exit(spawnSync('vitest', args, { stdio: 'inherit' }).status ?? 1)
