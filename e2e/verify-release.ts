/**
 * `npm run release -- --verify`: publishes `dist/` to a registry on this machine like a maintainer,
 * and checks it there like an admin. Builds cosign and krew once, which takes minutes. Ends with 1
 * at the first failed check.
 */
import { execFileSync, spawn, spawnSync } from 'node:child_process'
import {
  cpSync,
  globSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { buildCosign, buildCrane, buildKrew } from '#sandbox/control-plane/build-control-plane.ts'
import { until } from '#sandbox/control-plane/wait-until.ts'
import { lastingPort } from '#sandbox/free-ports.ts'
import { npmScript } from '#sandbox/npm-script.ts'
import { helmBinary } from './install/helm.ts'

const OFFLINE = ['--insecure-ignore-tlog=true']
/** An ID like those that Artifact Hub gives to repositories. */
const ARTIFACT_HUB_ID = '5d9a7a5e-1f0e-4f55-8f0b-0c4e6a1c2b3d'
/** `e_machine` of an ELF header, by architecture. */
const ELF_MACHINES = { amd64: 0x3e, arm64: 0xb7 } as const

const { values } = parseArgs({ options: { dist: { type: 'string', default: 'dist' } } })
const work = mkdtempSync(join(tmpdir(), 'countersign-verify-'))
// Signs a copy, with keys of this run only.
const dist = join(work, 'dist')
cpSync(resolve(values.dist), dist, { recursive: true })
const tools = {
  crane: await buildCrane(),
  helm: helmBinary(),
  cosign: await buildCosign(),
  krew: await buildKrew(),
}
const bin = join(work, 'bin')
mkdirSync(bin)
for (const [name, path] of Object.entries(tools)) symlinkSync(path, join(bin, name))
const env = {
  ...process.env,
  PATH: `${bin}:${process.env.PATH}`,
  HOME: work,
  COSIGN_PASSWORD: '',
  KREW_ROOT: join(work, 'krew'),
}
const port = await lastingPort()
const registry = `127.0.0.1:${port}`
const server = spawn(tools.crane, ['registry', 'serve', '--address', registry], { stdio: 'ignore' })
try {
  await until('the registry to answer', () =>
    fetch(`http://${registry}/v2/`).then(
      ({ ok }) => ok,
      () => false,
    ),
  )
  verify()
} finally {
  server.kill()
  rmSync(work, { recursive: true, force: true })
}

function verify(): void {
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))
  for (const name of ['cosign', 'other']) {
    expectDone(name, 'cosign', ['generate-key-pair', '--output-key-prefix', join(work, name)])
  }
  const [key, other] = ['cosign', 'other'].map((name) => join(work, `${name}.pub`))
  const image = `${registry}/countersign:${version}`
  const chart = `${registry}/charts/countersign:${version}`
  // This name has the same image, unsigned.
  const unsigned = `${registry}/unsigned:${version}`

  const publish = npmScript('publish-release', [
    ...['--registry', registry, '--plain-http', '--dist', dist],
    ...['--key', join(work, 'cosign.key')],
    ...['--artifacthub', ARTIFACT_HUB_ID],
  ])
  execFileSync(publish.command, publish.args, {
    cwd: publish.cwd,
    env: { ...publish.env, ...env },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  expectDone('the image under another name', 'crane', ['copy', '--insecure', image, unsigned])

  for (const one of [image, chart]) {
    expectDone(`${one} with the key`, 'cosign', verifyImage(key, one))
    expectRefused(`${one} with another key`, 'cosign', verifyImage(other, one))
  }
  expectRefused('an image without a signature', 'cosign', verifyImage(key, unsigned))

  for (const file of ['SHA256SUMS', 'provenance.json']) {
    const path = join(dist, file)
    expectDone(`${file} with the key`, 'cosign', verifyBlob(key, path))
    expectRefused(`${file} with another key`, 'cosign', verifyBlob(other, path))
    const altered = join(work, file)
    writeFileSync(altered, readFileSync(path, 'utf8').replace('0', '1'))
    cpSync(`${path}.bundle`, `${altered}.bundle`)
    expectRefused(`${file} with another byte`, 'cosign', verifyBlob(key, altered))
    rmSync(`${altered}.bundle`)
    expectRefused(`${file} without a signature`, 'cosign', verifyBlob(key, altered))
  }
  expectDone('every file by its sum', 'sha256sum', ['--check', '--quiet', 'SHA256SUMS'], dist)

  const charts = `${registry}/charts/countersign`
  const about = expectDone('what Artifact Hub reads', 'crane', [
    ...['manifest', '--insecure', `${charts}:artifacthub.io`],
  ])
  const layer = JSON.parse(about).layers.find(({ mediaType }: { mediaType: string }) =>
    mediaType.startsWith('application/vnd.cncf.artifacthub.repository-metadata.layer.'),
  )
  const file = expectDone('… and its text', 'crane', [
    ...['blob', '--insecure', `${charts}@${layer.digest}`],
  ])
  if (!file.includes(`repositoryID: "${ARTIFACT_HUB_ID}"`)) throw new Error(`It says ${file}`)

  const own = process.arch === 'arm64' ? 'arm64' : 'amd64'
  const archive = join(dist, 'krew', `kubectl-countersign-${version}-linux-${own}.tar.gz`)
  const manifest = join(dist, 'krew/countersign.yaml')
  const install = ['install', `--manifest=${manifest}`, `--archive=${archive}`]
  expectDone('krew installs the plugin', 'krew', install)
  const plugin = join(work, 'krew/bin/kubectl-countersign')
  const said = expectDone('the plugin says its version', plugin, ['--version'])
  if (said.trim() !== version) throw new Error(`the plugin says ${said}`)

  const lists = Object.keys(ELF_MACHINES).map((arch) => expectBuiltFor(image, arch))
  if (new Set(lists).size > 1) throw new Error('The images differ in their programs’ files.')
  console.log('ok       both architectures have the same files of the programs')
}

/** Checks each ELF file of the image; returns the list of the programs' own files. */
function expectBuiltFor(image: string, arch: string): string {
  const folder = join(work, arch)
  mkdirSync(folder)
  const tar = join(work, `${arch}.tar`)
  const platform = ['--platform', `linux/${arch}`]
  expectDone(`the image of linux/${arch}`, 'crane', [
    'export',
    '--insecure',
    ...platform,
    image,
    tar,
  ])
  execFileSync('tar', ['-xf', tar, '-C', folder])
  const files = globSync('**/*', { cwd: folder }).filter((path) =>
    lstatSync(join(folder, path)).isFile(),
  )
  const machines = files.flatMap((path) => elfMachine(join(folder, path)))
  const expected = ELF_MACHINES[arch as keyof typeof ELF_MACHINES]
  if (machines.length < 4 || machines.some((machine) => machine !== expected)) {
    throw new Error(`linux/${arch} has ELF files for ${[...new Set(machines)].join(', ')}`)
  }
  console.log(
    `ok       all ${machines.length} ELF files are for it, which was looked at and not run`,
  )
  return files
    .filter((path) => path.startsWith('app/'))
    .toSorted()
    .join('\n')
}

/** Empty for a file of another kind. */
function elfMachine(path: string): readonly number[] {
  const bytes = readFileSync(path)
  return bytes.subarray(0, 4).toString('latin1') === '\x7fELF' ? [bytes.readUInt16LE(18)] : []
}

/** Runs a command that must succeed; returns its output. */
function expectDone(what: string, command: string, args: readonly string[], cwd = work): string {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, env, encoding: 'utf8' })
  if (status !== 0) throw new Error(`${what}: ${command} ended with ${status}\n${stderr}`)
  console.log(`ok       ${what}`)
  return stdout
}

/** Runs a command that must refuse. */
function expectRefused(what: string, command: string, args: readonly string[]): void {
  const { status, error } = spawnSync(command, args, { cwd: work, env, encoding: 'utf8' })
  if (status === 0 || error !== undefined) throw new Error(`${what} was not refused.`)
  console.log(`refused  ${what}`)
}

function verifyImage(by = '', image: string): readonly string[] {
  return ['verify', '--key', by, ...OFFLINE, '--allow-http-registry', image]
}

function verifyBlob(by = '', path: string): readonly string[] {
  return ['verify-blob', '--key', by, '--bundle', `${path}.bundle`, ...OFFLINE, path]
}
