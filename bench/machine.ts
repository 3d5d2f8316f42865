import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { cpus, loadavg, totalmem } from 'node:os'
import { fileURLToPath } from 'node:url'
import { findChromium } from '#e2e/fixtures/chromium.ts'

const GO_MODULE = fileURLToPath(new URL('../sandbox/control-plane/go.mod', import.meta.url))

/** Machine that the figures were measured on, as label and value. */
export function describeMachine(): readonly (readonly [string, string])[] {
  return [
    ['Date', `${new Date().toISOString().slice(0, 16).replace('T', ' ')} UTC`],
    ['Processor', `${cpus().length} × ${cpus()[0]?.model.trim() ?? 'unknown'}`],
    ['Memory', `${(totalmem() / 2 ** 30).toFixed(0)} GiB`],
    [
      'Load before the run (1, 5, 15 min)',
      loadavg()
        .map((load) => load.toFixed(2))
        .join(', '),
    ],
    ['Node', process.version],
    ['Go', version('go', ['version'])],
    ['Chromium', version(findChromium(), ['--version'])],
    ['Kubernetes', /k8s\.io\/kubernetes (v\S+)/.exec(readFileSync(GO_MODULE, 'utf8'))?.[1] ?? '?'],
    ['Commit', version('git', ['rev-parse', '--short', 'HEAD'])],
  ]
}

/** The first version number in the program's output. */
function version(program: string | null, args: readonly string[]): string {
  if (program === null) return 'none'
  try {
    const text = execFileSync(program, args, {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    return /\d+(\.\d+)+/.exec(text)?.[0] ?? text.trim()
  } catch {
    return 'none'
  }
}
