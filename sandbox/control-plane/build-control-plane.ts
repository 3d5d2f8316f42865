/**
 * Builds the control plane's binary, once for each state of the Go module, and three tools of other
 * projects. As a program it builds all of them before tests start and prints the first one's path.
 */
import { createHash } from 'node:crypto'
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { DAY_MS } from '#lib/csr/units-of-time.ts'
import { cache, go, goBuild, say, withLock } from '#sandbox/control-plane/go.ts'

/** Folder of the Go module; `npm run versions` names copies of it with another Kubernetes. */
const module =
  process.env.COUNTERSIGN_CONTROL_PLANE_MODULE ?? fileURLToPath(new URL('.', import.meta.url))

/** Flags without debug data, which the linker strips anyway: a tenth less time. */
const QUICK = ['-gcflags=all=-dwarf=false', '-p', String(availableParallelism())]
/**
 * Environment of each of two thousand short compiler runs: hardly any garbage collection, one
 * thread. A sixth less processor time.
 */
const COMPILER = { GOGC: 'off', GOMEMLIMIT: '1GiB', GOMAXPROCS: '1' }

/** Builds the binary and returns its path. Throws with instructions when Go is missing or fails. */
export async function buildBinary(): Promise<string> {
  if (process.platform !== 'linux') throw new Error('the real control plane runs on Linux only')
  const folder = join(cache, 'cluster')
  const binary = join(folder, sourceHash(), 'countersign-cluster')
  if (existsSync(binary)) return binary
  mkdirSync(folder, { recursive: true })
  await withLock(join(folder, 'building'), async () => {
    if (existsSync(binary)) return
    say('building the control plane (about 4 minutes the first time, then seconds)')
    const began = Date.now()
    mkdirSync(join(binary, '..'), { recursive: true })
    const unfinished = `${binary}.${process.pid}`
    try {
      const flags = [...QUICK, `-ldflags=${linkerFlags()}`]
      await goBuild(unfinished, flags, { cwd: module, env: COMPILER })
      renameSync(unfinished, binary)
    } finally {
      rmSync(unfinished, { force: true })
    }
    say(`built in ${((Date.now() - began) / 1000).toFixed(0)} s`)
    removeOld(folder)
  })
  return binary
}

export function buildFaultProxy(): Promise<string> {
  return installTool('github.com/Shopify/toxiproxy/v2/cmd/server', 'v2.5.0', 'toxiproxy')
}

/** The proxy that signs people in at an OpenID provider. */
export function buildSignInProxy(): Promise<string> {
  return installTool('github.com/oauth2-proxy/oauth2-proxy/v7', 'v7.15.6', 'oauth2-proxy')
}

/** The tool for container images, with a registry for tests. */
export function buildCrane(): Promise<string> {
  return installTool('github.com/google/go-containerregistry/cmd/crane', 'v0.22.1', 'crane')
}

/** The tool that signs and verifies releases; its build takes minutes. */
export function buildCosign(): Promise<string> {
  return installTool('github.com/sigstore/cosign/v3/cmd/cosign', 'v3.1.3', 'cosign')
}

/** The manager of kubectl's plugins. */
export function buildKrew(): Promise<string> {
  return installTool('sigs.k8s.io/krew/cmd/krew', 'v0.4.3', 'krew')
}

/** Builds one program of another module into `.cache/bin`, once for each version. */
async function installTool(path: string, version: string, name: string): Promise<string> {
  const folder = join(cache, 'bin', `${name}-${version}-static`)
  // Go omits the major version of a module's path.
  const binary = join(
    folder,
    path
      .replace(/\/v\d+$/, '')
      .split('/')
      .at(-1) ?? name,
  )
  if (existsSync(binary)) return binary
  mkdirSync(folder, { recursive: true })
  await withLock(join(cache, 'bin', `${name}.building`), async () => {
    if (existsSync(binary)) return
    say(`building ${name} ${version}`)
    // Built without C libraries, because it runs in an image that has none.
    const env = { ...COMPILER, CGO_ENABLED: '0', GOBIN: folder }
    await go(['install', ...QUICK, `${path}@${version}`], { cwd: cache, env })
  })
  return binary
}

/** Hash over every file the compiler reads, also renamed files and embedded manifests. */
function sourceHash(): string {
  const hash = createHash('sha256')
  const sources = readdirSync(module).filter((name) => /\.(go|mod|sum|yaml)$/.test(name))
  for (const name of sources.sort()) {
    hash
      .update(`${name}\0`)
      .update(readFileSync(join(module, name)))
      .update('\0')
  }
  return hash.update(process.arch).update(linkerFlags()).digest('hex').slice(0, 16)
}

/** Kubernetes' builds stamp their version in; without it nodes report v0.0.0-master. */
function linkerFlags(): string {
  const version = /k8s\.io\/kubernetes (v1\.(\d+)\.\d+)/.exec(
    readFileSync(join(module, 'go.mod'), 'utf8'),
  )
  const stamps = { gitVersion: version?.[1], gitMajor: '1', gitMinor: version?.[2] }
  const flags = Object.entries(stamps).map(
    ([name, value]) => `-X k8s.io/component-base/version.${name}=${value}`,
  )
  return ['-s -w', ...flags].join(' ')
}

/** Removes binaries of other source states once they are old. */
function removeOld(folder: string): void {
  const kept = sourceHash()
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (!entry.isDirectory() || entry.name === kept) continue
    if (Date.now() - statSync(path).mtimeMs > DAY_MS) rmSync(path, { recursive: true, force: true })
  }
}

if (import.meta.main) {
  try {
    await buildFaultProxy()
    await buildSignInProxy()
    await buildCrane()
    console.log(await buildBinary())
  } catch (error) {
    say(error instanceof Error ? error.message : String(error))
    process.exitCode = 1
  }
}
