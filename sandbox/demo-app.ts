import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import type { DemoCluster } from '#sandbox/demo-cluster.ts'
import { isFree, lastingPort } from '#sandbox/free-ports.ts'
import { npmScript } from '#sandbox/npm-script.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
/** Sources of the build. */
const SOURCES = [
  ...['app', 'components', 'lib', 'public', 'instrumentation-client.ts'],
  ...['next.config.js', 'postcss.config.js'],
]
const DIST = process.env.NEXT_DIST_DIR || '.next'
/** File that the build writes last: an interrupted build leaves it older than its sources. */
const LAST_WRITTEN = join(DIST, 'required-server-files.json')
/** The app's default port; another free one when it is taken. */
const USUAL_PORT = 8430
const READY_WITHIN_MS = 30_000
const OPENING = /^Countersign is at (http:\/\/[\w.]+:\d+)\//

export interface DemoApp {
  /**
   * The app's address, once it has read the cluster; rejects with the reason when it ends before.
   */
  readonly address: Promise<string>
  /** Resolves when the app ends by itself, with the reason and its output that was not printed. */
  readonly ended: Promise<string>
  /** Prints the app's standard error so far, and from then on each line of it. */
  passOn(): void
  stop(): Promise<void>
}

/**
 * Builds the app when its build is older than its sources. Prints one line, and the output only on
 * failure.
 */
export async function ensureBuilt(): Promise<void> {
  if (isPackaged()) return
  const built = newest(join(ROOT, LAST_WRITTEN))
  if (built > Math.max(...SOURCES.map((source) => newest(join(ROOT, source))))) return
  const child = spawn(process.execPath, [join(ROOT, 'node_modules/next/dist/bin/next'), 'build'], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NODE_ENV: 'production' },
  })
  const giveUp = () => child.kill()
  process.once('exit', giveUp)
  const output: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => output.push(chunk))
  child.stderr.on('data', (chunk: Buffer) => output.push(chunk))
  const closed = new Promise((resolve) => child.once('close', resolve))
  const code = await withDots('Building the app, once: up to a minute', closed)
  process.off('exit', giveUp)
  if (code !== 0) throw new Error(`${Buffer.concat(output).toString()}\nThe app did not build.`)
}

/** Whether this is the npm package, which has the build and no sources of pages. */
export function isPackaged(): boolean {
  return !existsSync(join(ROOT, 'components'))
}

/** Prints the line, and a dot each second until the work has ended. */
export async function withDots<T>(line: string, work: Promise<T>): Promise<T> {
  process.stderr.write(`${line} .`)
  const dots = setInterval(() => process.stderr.write('.'), 1_000)
  try {
    return await work
  } finally {
    clearInterval(dots)
    process.stderr.write('\n')
  }
}

/** How the pages are opened. */
interface Opening {
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string>>
  /** Path and fragment of the address that a person opens. */
  readonly rest: string
  /** Address for asking whether the app is ready; Node does not resolve names under `localhost`. */
  readonly probe: (url: string) => string
}

function byLaunchKey(port: number): Opening {
  const key = randomBytes(32).toString('base64url')
  return {
    args: ['--port', String(port)],
    env: { COUNTERSIGN_LAUNCH_KEY: key },
    rest: `/#key=${key}`,
    probe: (url) => `http://127.0.0.1:${new URL(url).port}/readyz`,
  }
}

async function bySignIn(publicUrl: string): Promise<Opening> {
  const { port } = new URL(publicUrl)
  const probes = `127.0.0.1:${await lastingPort()}`
  return {
    args: [
      ...['--public-url', publicUrl, '--listen', `127.0.0.1:${port}`],
      ...['--probes', probes],
    ],
    env: {},
    rest: '/',
    probe: () => `http://${probes}/readyz`,
  }
}

/** The app's usual port; 0, which is any free one, when it is taken. */
export async function usualPort(): Promise<number> {
  return (await isFree(USUAL_PORT)) ? USUAL_PORT : 0
}

/** Starts the app in a process of its own, at the cluster's public URL or else at this port. */
export async function startDemoApp(
  { kubeconfig, env, publicUrl }: Pick<DemoCluster, 'kubeconfig' | 'env' | 'publicUrl'>,
  port: number,
  more: readonly string[],
): Promise<DemoApp> {
  const opening = publicUrl === null ? byLaunchKey(port) : await bySignIn(publicUrl)
  const script = npmScript('start', ['--kubeconfig', kubeconfig, ...opening.args, ...more])
  const child = spawn(script.command, script.args, {
    cwd: script.cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...script.env,
      NODE_ENV: 'production',
      // Some shells export HOST with the machine's name, where the app would not listen.
      HOST: undefined,
      COUNTERSIGN_DEMO: '1',
      ...opening.env,
      ...env,
    },
  })
  const held: string[] = []
  let pass: (line: string) => void = (line) => held.push(line)
  createInterface({ input: child.stderr }).on('line', (line) => pass(line))
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message))
    child.once('close', (code, signal) =>
      resolve([...held, `the app ended (${signal ?? code})`].join('\n')),
    )
  })
  return {
    passOn() {
      pass = console.error
      for (const line of held.splice(0)) pass(line)
    },
    address: whenReady(saidAddress(child.stdout), opening, ended).then((url) => url + opening.rest),
    ended,
    stop: () => stop(child, ended),
  }
}

/** The address that the app prints. Its further output is the audit trail, which a demo ignores. */
function saidAddress(output: Readable): Promise<string> {
  return new Promise((resolve) => {
    createInterface({ input: output }).on('line', (line) => {
      const [, url] = OPENING.exec(line) ?? []
      if (url !== undefined) resolve(url)
    })
  })
}

/** The app's address once /readyz answers. */
async function whenReady(
  said: Promise<string>,
  { probe }: Opening,
  ended: Promise<string>,
): Promise<string> {
  const until = Date.now() + READY_WITHIN_MS
  let over: string | null = null
  const gone = ended.then((reason) => {
    over = reason
    throw new Error(reason)
  })
  const url = await Promise.race([said, gone])
  while (over === null && Date.now() < until) {
    const status = await fetch(probe(url)).then(
      (response) => response.status,
      () => 0,
    )
    if (status === 200) return url
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

/** Time of the latest change to a file in this folder, in milliseconds; 0 for an empty one. */
function newest(path: string): number {
  const stat = statSync(path, { throwIfNoEntry: false })
  if (stat === undefined) return 0
  if (!stat.isDirectory()) return stat.mtimeMs
  const files = readdirSync(path, { recursive: true, withFileTypes: true })
  // Tests and fixtures are not part of the build.
  const parts = files.filter(
    ({ parentPath, name }) => !/\.test\.tsx?$/.test(name) && !/\bfixtures\b/.test(parentPath),
  )
  return Math.max(
    0,
    ...parts.map(({ parentPath, name }) => statSync(join(parentPath, name)).mtimeMs),
  )
}
