/**
 * `npm run publish-release`: pushes what is in `dist/` and signs it. Needs `crane`, `helm` and `cosign`
 * in the PATH, and credentials for the registries. Ends at the first command that fails.
 */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { readManifest } from './program.ts'

const HELP = `Usage: npm run publish-release -- --registry <host/path> --key <file> [options]

  --registry <host/path>  where image and chart are pushed: <host/path>/countersign and
                          <host/path>/charts/countersign
  --key <file>            cosign's key; its password is in COSIGN_PASSWORD
  --dist <dir>            folder that "npm run release" made (dist)
  --npm                   also publish the npm package
  --plain-http            the registry has no TLS: for a try
`
/** Signs offline: nothing is told to a public log. */
const OFFLINE = ['--use-signing-config=false', '--tlog-upload=false', '--yes']
/** Files that say what the others are: signed, they vouch for all. */
const SIGNED = ['SHA256SUMS', 'provenance.json']

const { values } = parseArgs({
  options: {
    registry: { type: 'string' },
    key: { type: 'string' },
    dist: { type: 'string', default: 'dist' },
    npm: { type: 'boolean', default: false },
    'plain-http': { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  },
})
const { registry, key, dist } = values
if (values.help || registry === undefined || key === undefined) process.stdout.write(HELP)
else publish(registry, key)

function publish(to: string, signedBy: string): void {
  const { version } = readManifest()
  const isPlain = values['plain-http']
  const archive = join(dist, 'image', `countersign-${version}.tar`)
  const chart = join(dist, 'chart', `countersign-${version}.tgz`)
  const layout = mkdtempSync(join(tmpdir(), 'countersign-layout-'))
  try {
    run('tar', ['-xf', archive, '-C', layout])
    const plain = isPlain ? ['--insecure'] : []
    const image = run('crane', ['push', ...plain, layout, `${to}/countersign:${version}`]).trim()
    run('helm', ['push', chart, `oci://${to}/charts`, ...(isPlain ? ['--plain-http'] : [])])
    const tag = `${to}/charts/countersign:${version}`
    const digest = run('crane', ['digest', ...plain, tag]).trim()
    for (const one of [image, `${to}/charts/countersign@${digest}`]) sign(one)
  } finally {
    rmSync(layout, { recursive: true, force: true })
  }
  for (const file of SIGNED) {
    const path = join(dist, file)
    run('cosign', ['sign-blob', '--key', signedBy, '--bundle', `${path}.bundle`, ...OFFLINE, path])
  }
  if (values.npm) run('npm', ['publish', join(dist, 'npm', `countersign-${version}.tgz`)])

  function sign(reference: string): void {
    const plain = isPlain ? ['--allow-http-registry'] : []
    run('cosign', ['sign', '--key', signedBy, ...OFFLINE, ...plain, reference])
  }
}

/** Prints the command, and returns what it says. */
function run(command: string, args: readonly string[]): string {
  console.log(`$ ${command} ${args.join(' ')}`)
  return execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] })
}
