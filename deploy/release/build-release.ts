/**
 * `npm run release`: everything that is published, into `dist/`. The same commit gives the same bytes.
 * Needs a clean clone, Debian's `apt-get` and `dpkg-deb`, GNU `tar`, and npm's registry for Node.
 */
import { execFileSync, spawnSync } from 'node:child_process'
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { gzipSync } from 'node:zlib'
import { imageFiles } from './image.ts'
import { packPlugin } from './krew-archive.ts'
import { fetchNode } from './node-binary.ts'
import { packageArchive, packageFiles } from './npm-package.ts'
import { type Architecture, digestOf, type PackedImage, packIndex, tarOf } from './oci-archive.ts'
import { ROOT, readManifest } from './program.ts'
import { type Artifact, billStatement, provenance } from './statements.ts'

const HELP = `Usage: npm run release -- [options]

  --output <dir>  folder of what is made (dist); it is emptied first
  --url <url>     address under which the archives of kubectl's plugin are published
                  (https://releases.example.com/countersign)
  --verify        then publish it to a registry on this machine, and check it there: signatures, sums,
                  kubectl's plugin. Builds cosign and krew with Go, once, in minutes
  --dirty         also with changes that are not committed; for a try
`
const ARCHITECTURES: readonly Architecture[] = ['amd64', 'arm64']

const { values } = parseArgs({
  options: {
    output: { type: 'string', default: 'dist' },
    url: { type: 'string', default: 'https://releases.example.com/countersign' },
    verify: { type: 'boolean', default: false },
    dirty: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  },
})
if (values.help) process.stdout.write(HELP)
else {
  await release(values)
  if (values.verify) verify(values.output)
}

async function release(options: {
  readonly output: string
  readonly url: string
  readonly dirty: boolean
}): Promise<void> {
  const { output, url, dirty } = options
  if (!dirty && git('status', '--porcelain') !== '') {
    throw new Error('There are changes that are not committed: a release is made of a commit.')
  }
  const commit = git('rev-parse', 'HEAD')
  const { version } = readManifest()
  execFileSync('npm', ['run', '-s', 'build'], { cwd: ROOT, stdio: ['ignore', 'ignore', 'inherit'] })
  rmSync(output, { recursive: true, force: true })
  const work = mkdtempSync(join(tmpdir(), 'countersign-release-'))
  try {
    const artifacts: Artifact[] = []
    const write = (folder: string, name: string, bytes: Buffer) => {
      mkdirSync(join(output, folder), { recursive: true })
      writeFileSync(join(output, folder, name), bytes)
      artifacts.push({ name: `${folder}/${name}`, digest: digestOf(bytes) })
    }
    const node = process.versions.node
    const nodeOf = (architecture: Architecture) => fetchNode(work, architecture, node)
    const nodes = { amd64: nodeOf('amd64'), arm64: nodeOf('arm64') }

    const images = await Promise.all(
      ARCHITECTURES.map(async (architecture) => {
        const own = { node: nodes[architecture], nodeVersion: node, architecture }
        return { ...(await imageFiles(join(work, architecture), own)), revision: commit }
      }),
    )
    const billOf = ({ architecture, digest }: PackedImage) =>
      images.find((one) => one.architecture === architecture)?.billOf(digest) ?? {}
    const from = { commit, node, packages: readFileSync(join(ROOT, 'package-lock.json')) }
    const index = packIndex(images, (image) => [
      billStatement(image.digest, billOf(image)),
      provenance([{ name: 'countersign', digest: image.digest }], from),
    ])
    write('image', `countersign-${version}.tar`, index.bytes)
    for (const image of index.images) {
      const bill = `${JSON.stringify(billOf(image), null, 2)}\n`
      write('image', `countersign-${version}-${image.architecture}.cdx.json`, Buffer.from(bill))
    }
    artifacts.push({ name: `image countersign:${version}`, digest: index.digest })

    cpSync(join(ROOT, 'deploy/chart'), join(work, 'chart/countersign'), { recursive: true })
    const chart = gzipSync(tarOf(join(work, 'chart'), { part: 'countersign' }), { level: 9 })
    write('chart', `countersign-${version}.tgz`, chart)

    await packageFiles(join(work, 'npm/package'))
    write('npm', `countersign-${version}.tgz`, packageArchive(join(work, 'npm')))

    const plugin = { version, program: join(work, 'npm/package'), nodes, url }
    for (const name of packPlugin(join(output, 'krew'), plugin)) {
      artifacts.push({ name: `krew/${name}`, digest: digestOf(bytesOf(output, 'krew', name)) })
    }

    const statement = provenance(artifacts, from)
    writeFileSync(join(output, 'provenance.json'), `${JSON.stringify(statement, null, 2)}\n`)
    writeFileSync(join(output, 'SHA256SUMS'), sums(artifacts))
    table(output, artifacts, index.images)
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
}

/** Is a program of its own: nothing of a release needs what it needs. */
function verify(output: string): void {
  const program = ['e2e/verify-release.ts', '--dist', resolve(output)]
  const { status } = spawnSync(process.execPath, program, { cwd: ROOT, stdio: 'inherit' })
  process.exitCode = status ?? 1
}

function git(...args: readonly string[]): string {
  return execFileSync('git', args, { cwd: ROOT, encoding: 'utf8' }).trim()
}

function bytesOf(...path: readonly string[]): Buffer {
  return readFileSync(join(...path))
}

/** As `sha256sum --check` reads it: the image's digest is no file's. */
function sums(artifacts: readonly Artifact[]): string {
  return artifacts
    .filter(({ name }) => !name.includes(' '))
    .map(({ name, digest }) => `${digest.replace('sha256:', '')}  ${name}\n`)
    .join('')
}

function table(
  output: string,
  artifacts: readonly Artifact[],
  images: readonly PackedImage[],
): void {
  const mb = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`.padStart(9)
  for (const { name, digest } of artifacts) {
    const size = name.includes(' ') ? ''.padStart(9) : mb(statSync(join(output, name)).size)
    console.log(`${name.padEnd(52)} ${size}  ${digest}`)
  }
  for (const { architecture, bytes, digest } of images) {
    console.log(`${`layers for linux/${architecture}`.padEnd(52)} ${mb(bytes)}  ${digest}`)
  }
}
