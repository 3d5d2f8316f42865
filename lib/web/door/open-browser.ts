/** Opens the printed address in the browser of the person at this machine. */
import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { rmSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'

interface Surroundings {
  readonly platform: NodeJS.Platform
  readonly env: Readonly<Record<string, string | undefined>>
  /** Whether standard output is a terminal. */
  readonly isTerminal: boolean
}

/** Programs that open a file like a double click. */
const OPENERS: Partial<Record<NodeJS.Platform, string>> = { darwin: 'open', linux: 'xdg-open' }
/** Variables set where the screen of the terminal may belong to another machine or user. */
const ELSEWHERE = [
  ...['SSH_CONNECTION', 'SSH_CLIENT', 'SSH_TTY', 'CI'],
  // Set in a session that outlives its terminal, or on another user's screen.
  ...['TMUX', 'STY', 'SUDO_USER'],
]
const SCREENS = ['DISPLAY', 'WAYLAND_DISPLAY']

/** The program that opens a page here; null where no person sits at a screen. */
export function openerFor({ platform, env, isTerminal }: Surroundings): string | null {
  const isSet = (name: string) => env[name] !== undefined && env[name] !== ''
  const hasScreen = platform === 'darwin' || SCREENS.some(isSet)
  if (!isTerminal || ELSEWHERE.some(isSet) || !hasScreen) return null
  return OPENERS[platform] ?? null
}

/**
 * Opens the address, whose key other users of this machine must not see. They see each program's
 * arguments, so the browser gets a file that only this user can read, which leads to the address.
 * `onStarted` is called once the opener runs. Returns a function that removes the file.
 */
export function openInBrowser(
  address: string,
  opener: string,
  onStarted: () => void,
  folder = homedir(),
): () => void {
  // Neither hidden nor in /tmp: a browser installed as a snap reads neither.
  const file = join(folder, `countersign-${randomBytes(8).toString('hex')}.html`)
  const remove = () => rmSync(file, { force: true })
  try {
    writeFileSync(file, leadingTo(address), { mode: 0o600, flag: 'wx' })
  } catch {
    // The address is also printed.
    return remove
  }
  // Milliseconds for which the file stays, so that the browser can read it.
  setTimeout(remove, 30_000).unref()
  spawn(opener, [file], { stdio: 'ignore', detached: true })
    .on('spawn', onStarted)
    .on('error', remove)
    .unref()
  return remove
}

function leadingTo(address: string): string {
  return `<!doctype html>
<meta charset="utf-8">
<title>Countersign</title>
<meta http-equiv="refresh" content="0; url=${address}">
`
}
