import { spawn, spawnSync } from 'node:child_process'
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

/** Folder of everything that was built. */
export const cache = fileURLToPath(new URL('../../.cache', import.meta.url))

export const NO_GO = 'there is no Go (1.21 or later, which fetches the release it needs)'

/** Whether Go is 1.21 or later, which can fetch the release that a module needs. */
export function hasGo(): boolean {
  const { status, stdout } = spawnSync('go', ['env', 'GOVERSION'], { encoding: 'utf8' })
  return status === 0 && Number(/^go1\.(\d+)/.exec(stdout)?.[1]) >= 21
}

/**
 * Template that lists the packages that a build would compile, one a line: `go build -v` prints
 * their names.
 */
const STALE = '{{if .Stale}}{{.ImportPath}}{{end}}'

/**
 * Runs a command until standard input ends, that is, however this process ends. Then it interrupts
 * the process group: the command with its children.
 */
const LIFE_LINE =
  'command -v "$1" >/dev/null || exit 127; exec 3<&0; { read -r _ <&3; kill -INT 0; } & exec 3<&-; "$@" </dev/null'

interface GoOptions {
  readonly cwd: string
  readonly env?: Readonly<Record<string, string>>
}

/** Runs the compiler, which reports on standard error; throws when it is missing or fails. */
export async function go(args: readonly string[], options: GoOptions): Promise<void> {
  await run(args, options, print)
}

/** Builds the folder's package into a file, and reports how many of its packages are begun. */
export async function goBuild(
  output: string,
  flags: readonly string[],
  options: GoOptions,
): Promise<void> {
  const listed = await run(['list', '-deps', ...flags, '-f', STALE, '.'], options, print)
  const names = listed.split('\n').filter((name) => name !== '')
  const waiting = new Set(names)
  // Most lines of progress of one build.
  const step = Math.ceil(names.length / 20)
  await run(['build', '-v', ...flags, '-o', output, '.'], options, (line) => {
    if (!waiting.delete(line)) return print(line)
    const begun = names.length - waiting.size
    if (waiting.size === 0) say(`${begun} of ${begun} packages, then they are linked`)
    else if (begun % step === 0) say(`${begun} of ${names.length} packages`)
  })
}

/**
 * Resolves with standard output. GOTOOLCHAIN overrides `local`, which images set and which forbids a
 * newer release.
 */
function run(
  args: readonly string[],
  { cwd, env }: GoOptions,
  onError: (line: string) => void,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn('/bin/sh', ['-c', LIFE_LINE, 'sh', 'go', ...args], {
      cwd,
      env: { ...process.env, GOTOOLCHAIN: 'auto', ...env },
      // A process group of its own.
      detached: true,
      stdio: ['pipe', 'pipe', 'pipe'],
    })
    const output: Buffer[] = []
    child.stdout.on('data', (chunk: Buffer) => output.push(chunk))
    createInterface({ input: child.stderr }).on('line', onError)
    child.stdin.on('error', () => {})
    child.once('error', reject)
    child.once('exit', () => child.stdin.end())
    child.once('close', (code, signal) => {
      if (code === 0) resolve(Buffer.concat(output).toString())
      // A shell's exit code for a program that is not there.
      else if (code === 127) reject(new Error(NO_GO))
      else reject(new Error(`go ${args[0]} failed (${code ?? signal})`))
    })
  })
}

/** Runs one build at a time, for the sake of its cores. The second waits for up to 30 minutes. */
export async function withLock(file: string, work: () => Promise<void>): Promise<void> {
  const until = Date.now() + 30 * 60 * 1000
  for (;;) {
    try {
      writeFileSync(file, String(process.pid), { flag: 'wx' })
      break
    } catch (error) {
      if (!existsSync(file)) continue
      if (ownerIsGone(file)) rmSync(file, { force: true })
      else if (Date.now() > until) throw error
      else await sleep(500)
    }
  }
  try {
    await work()
  } finally {
    rmSync(file, { force: true })
  }
}

function ownerIsGone(file: string): boolean {
  try {
    const pid = Number(readFileSync(file, 'utf8'))
    // The owner may not have written its pid yet.
    return pid > 0 && !existsSync(`/proc/${pid}`)
  } catch {
    return false
  }
}

export function say(line: string): void {
  print(`[go] ${line}`)
}

function print(line: string): void {
  process.stderr.write(`${line}\n`)
}
