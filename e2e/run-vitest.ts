/** Runs vitest with one config, for people on the terminal and for `npm test` in $REPORT. */
import { spawnSync } from 'node:child_process'

const report = process.env.REPORT
const args = ['run', '--config', process.argv[2] ?? 'vitest.config.ts', '--reporter=default']
if (report) args.push('--reporter=json', `--outputFile.json=${report}`)
process.exit(spawnSync('vitest', args, { stdio: 'inherit' }).status ?? 1)
