import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import type { DemoCluster } from '#sandbox/demo-cluster.ts'
import { isFree } from '#sandbox/free-ports.ts'
import { npmScript } from '#sandbox/npm-script.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
/** What the build is made of. */
const SOURCES = ['app', 'components', 'lib', 'public', 'next.config.js', 'postcss.config.js']
const DIST = process.env.NEXT_DIST_DIR || '.next'
/** Written last: a build that was cut off does not have it newer than its sources. */
const LAST_WRITTEN = join(DIST, 'required-server-files.json')
/** The app's own default; another free one when something else has it. */
const USUAL_PORT = 8430
const READY_WITHIN_MS = 30_000
const OPENING = /^Countersign is at (http:\/\/[\w.]+:\d+)\//

export interface DemoApp {
  /** What a person opens, once it knows the cluster; rejects with the reason when it will not. */
  readonly address: Promise<string>
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
    env: { ...process.env, NODE_ENV: 'production' },
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

/** Starts it as a process of its own, where wanted: 0 is any free port, null the usual one or any. */
export async function startDemoApp(
  { kubeconfig, env }: Pick<DemoCluster, 'kubeconfig' | 'env'>,
  wanted: number | null,
  more: readonly string[],
): Promise<DemoApp> {
  const port = wanted ?? ((await isFree(USUAL_PORT)) ? USUAL_PORT : 0)
  const key = randomBytes(32).toString('base64url')
  const script = npmScript('start', ['--kubeconfig', kubeconfig, '--port', String(port), ...more])
  const child = spawn(script.command, script.args, {
    cwd: script.cwd,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      ...script.env,
      NODE_ENV: 'production',
      // Some shells export the machine's name, on which the app would not listen.
      HOST: undefined,
      COUNTERSIGN_DEMO: '1',
      COUNTERSIGN_LAUNCH_KEY: key,
      ...env,
    },
  })
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message))
    child.once('exit', (code, signal) => resolve(`the app ended (${signal ?? code})`))
  })
  return {
    address: whenReady(saidAddress(child.stdout), ended).then((url) => `${url}/#key=${key}`),
    ended,
    stop: () => stop(child, ended),
  }
}

/** Where it says that it is. Whatever else it prints is the audit trail, which nobody looks at here. */
function saidAddress(output: Readable): Promise<string> {
  return new Promise((resolve) => {
    createInterface({ input: output }).on('line', (line) => {
      const [, url] = OPENING.exec(line) ?? []
      if (url !== undefined) resolve(url)
    })
  })
}

/** Its address, once that says that it is ready. */
async function whenReady(said: Promise<string>, ended: Promise<string>): Promise<string> {
  const until = Date.now() + READY_WITHIN_MS
  let over: string | null = null
  const gone = ended.then((reason) => {
    over = reason
    throw new Error(reason)
  })
  const url = await Promise.race([said, gone])
  // Node resolves no names under `localhost`.
  const probe = `http://127.0.0.1:${new URL(url).port}/readyz`
  while (over === null && Date.now() < until) {
    const status = await fetch(probe).then(
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
