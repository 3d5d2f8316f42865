import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { readdirSync, statSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
/** What the build is made of. */
const SOURCES = ['app', 'components', 'lib', 'public', 'next.config.js', 'postcss.config.js']
const DIST = process.env.NEXT_DIST_DIR || '.next'
/** Written last: a build that was cut off does not have it newer than its sources. */
const LAST_WRITTEN = join(DIST, 'required-server-files.json')
/** The app's own default; another free one when something else has it. */
const USUAL_PORT = 8430
const READY_WITHIN_MS = 30_000

export interface DemoApp {
  /** What a person opens. */
  readonly address: string
  /** Resolves when it knows the cluster; rejects with the reason when it will not. */
  readonly ready: Promise<void>
  /** Resolves with the reason when it ends by itself. */
  readonly ended: Promise<string>
  stop(): Promise<void>
}

/** Builds the app when the build is older than its sources; says so, and more only if it fails. */
export async function ensureBuilt(): Promise<void> {
  const built = newest(join(ROOT, LAST_WRITTEN))
  if (built > Math.max(...SOURCES.map((source) => newest(join(ROOT, source))))) return
  process.stderr.write('Building the app, once: up to a minute ')
  const child = spawn(process.execPath, [join(ROOT, 'node_modules/next/dist/bin/next'), 'build'], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1' },
  })
  const giveUp = () => child.kill()
  process.once('exit', giveUp)
  const output: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => output.push(chunk))
  child.stderr.on('data', (chunk: Buffer) => output.push(chunk))
  const progress = setInterval(() => process.stderr.write('.'), 1_000)
  const code = await new Promise((resolve) => child.once('close', resolve))
  clearInterval(progress)
  process.off('exit', giveUp)
  process.stderr.write('\n')
  if (code !== 0) throw new Error(`${Buffer.concat(output).toString()}\nThe app did not build.`)
}

/** Starts it as a process of its own. */
export async function startDemoApp(
  kubeconfig: string,
  wanted: number | null,
  more: readonly string[],
): Promise<DemoApp> {
  const port = wanted ?? ((await isFree(USUAL_PORT)) ? USUAL_PORT : await freePort())
  const key = randomBytes(32).toString('base64url')
  const child = spawn(
    process.execPath,
    [join(ROOT, 'bin/countersign.ts'), '--kubeconfig', kubeconfig, '--port', String(port), ...more],
    {
      cwd: ROOT,
      // Its output is the audit trail: of no use to somebody who looks at a demo.
      stdio: ['ignore', 'ignore', 'inherit'],
      env: {
        ...process.env,
        NODE_ENV: 'production',
        COUNTERSIGN_DEMO: '1',
        COUNTERSIGN_LAUNCH_KEY: key,
      },
    },
  )
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message))
    child.once('exit', (code, signal) => resolve(`the app ended (${signal ?? code})`))
  })
  return {
    address: `http://127.0.0.1:${port}/#key=${key}`,
    ready: becomesReady(`http://127.0.0.1:${port}/readyz`, ended),
    ended,
    stop: () => stop(child, ended),
  }
}

async function becomesReady(url: string, ended: Promise<string>): Promise<void> {
  const until = Date.now() + READY_WITHIN_MS
  let over: string | null = null
  void ended.then((reason) => {
    over = reason
  })
  while (over === null && Date.now() < until) {
    const status = await fetch(url).then(
      (response) => response.status,
      () => 0,
    )
    if (status === 200) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error(over ?? `The app was not ready within ${READY_WITHIN_MS / 1000} s.`)
}

async function stop(child: ChildProcess, ended: Promise<string>): Promise<void> {
  child.kill('SIGTERM')
  const hard = setTimeout(() => child.kill('SIGKILL'), 5_000)
  await ended
  clearTimeout(hard)
}

/** When the newest file in there was changed, milliseconds; 0 when there is none. */
function newest(path: string): number {
  const stat = statSync(path, { throwIfNoEntry: false })
  if (stat === undefined) return 0
  if (!stat.isDirectory()) return stat.mtimeMs
  const files = readdirSync(path, { recursive: true, withFileTypes: true })
  // Tests and fixtures are not part of it.
  const parts = files.filter(
    ({ parentPath, name }) => !/\.test\.tsx?$/.test(name) && !/\bfixtures\b/.test(parentPath),
  )
  return Math.max(
    0,
    ...parts.map(({ parentPath, name }) => statSync(join(parentPath, name)).mtimeMs),
  )
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })
}
