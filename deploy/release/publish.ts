/**
 * `npm run publish-release`: pushes what is in `dist/` and signs it. Needs `crane`, `helm` and `cosign`
 * in the PATH, and credentials for the registries. Ends at the first command that fails.
 */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { packFile } from './oci-archive.ts'
import { ROOT, readManifest } from './program.ts'

const HELP = `Usage: npm run publish-release -- --registry <host/path> --key <file> [options]

  --registry <host/path>  where image and chart are pushed: <host/path>/countersign and
                          <host/path>/charts/countersign
  --key <file>            cosign's key; its password is in COSIGN_PASSWORD
  --dist <dir>            folder that "npm run release" made (dist)
  --npm                   also publish the npm package
  --artifacthub <id>      also say at the chart's tag artifacthub.io that its repository on Artifact Hub,
                          which has that ID, is the publisher's
  --plain-http            the registry has no TLS: for a try
`
/** Signs offline: nothing is told to a public log. */
const OFFLINE = ['--use-signing-config=false', '--tlog-upload=false', '--yes']
/** Files that say what the others are: signed, they vouch for all. */
const SIGNED = ['SHA256SUMS', 'provenance.json']

/** Names and types that Artifact Hub's documentation asks for, of charts in OCI registries. */
const ARTIFACT_HUB = {
  name: 'artifacthub-repo.yml',
  tag: 'artifacthub.io',
  configType: 'application/vnd.cncf.artifacthub.config.v1+yaml',
  mediaType: 'application/vnd.cncf.artifacthub.repository-metadata.layer.v1.yaml',
} as const

const { values } = parseArgs({
  options: {
    registry: { type: 'string' },
    key: { type: 'string' },
    dist: { type: 'string', default: 'dist' },
    npm: { type: 'boolean', default: false },
    artifacthub: { type: 'string' },
    'plain-http': { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  },
})
const { registry, key, dist, artifacthub } = values
if (values.help || registry === undefined || key === undefined) process.stdout.write(HELP)
else publish(registry, key)

function publish(to: string, signedBy: string): void {
  const { version } = readManifest()
  const isPlain = values['plain-http']
  const plain = isPlain ? ['--insecure'] : []
  const image = push(
    readFileSync(join(dist, 'image', `countersign-${version}.tar`)),
    `${to}/countersign:${version}`,
  )
  const chart = join(dist, 'chart', `countersign-${version}.tgz`)
  run('helm', ['push', chart, `oci://${to}/charts`, ...(isPlain ? ['--plain-http'] : [])])
  const charts = `${to}/charts/countersign`
  const digest = run('crane', ['digest', ...plain, `${charts}:${version}`]).trim()
  for (const one of [image, `${charts}@${digest}`]) sign(one)
  if (artifacthub !== undefined) {
    push(repositoryFile(artifacthub), `${charts}:${ARTIFACT_HUB.tag}`)
  }
  for (const file of SIGNED) {
    const path = join(dist, file)
    run('cosign', ['sign-blob', '--key', signedBy, '--bundle', `${path}.bundle`, ...OFFLINE, path])
  }
  if (values.npm) run('npm', ['publish', join(dist, 'npm', `countersign-${version}.tgz`)])

  /** Pushes an OCI archive; returns its reference by digest. */
  function push(archive: Buffer, reference: string): string {
    const layout = mkdtempSync(join(tmpdir(), 'countersign-layout-'))
    try {
      execFileSync('tar', ['-x', '-C', layout], { input: archive })
      return run('crane', ['push', ...plain, layout, reference]).trim()
    } finally {
      rmSync(layout, { recursive: true, force: true })
    }
  }

  function sign(reference: string): void {
    const plain = isPlain ? ['--allow-http-registry'] : []
    run('cosign', ['sign', '--key', signedBy, ...OFFLINE, ...plain, reference])
  }
}

/** Metadata of the chart's repository, as Artifact Hub looks for it in an OCI registry. */
function repositoryFile(id: string): Buffer {
  const template = readFileSync(join(ROOT, 'deploy/release', ARTIFACT_HUB.name), 'utf8')
  return packFile({ ...ARTIFACT_HUB, bytes: Buffer.from(template.replace('{id}', id)) }).bytes
}

/** Prints the command, and returns what it says. */
function run(command: string, args: readonly string[]): string {
  console.log(`$ ${command} ${args.join(' ')}`)
  return execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] })
}
