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

/** Programs that open a file as a double click does. */
const OPENERS: Partial<Record<NodeJS.Platform, string>> = { darwin: 'open', linux: 'xdg-open' }
/** Set where the terminal's screen is, or may be, another machine's or user's, or nobody's. */
const ELSEWHERE = [
  ...['SSH_CONNECTION', 'SSH_CLIENT', 'SSH_TTY', 'CI'],
  // A session that outlives its terminal, or a screen of another user.
  ...['TMUX', 'STY', 'SUDO_USER'],
]
const SCREENS = ['DISPLAY', 'WAYLAND_DISPLAY']
/** Milliseconds that a browser has for reading the file. */
const READ_MS = 30_000

/** The program that opens a page here; null where no person sits before a screen. */
export function openerFor({ platform, env, isTerminal }: Surroundings): string | null {
  const isSet = (name: string) => env[name] !== undefined && env[name] !== ''
  const hasScreen = platform === 'darwin' || SCREENS.some(isSet)
  if (!isTerminal || ELSEWHERE.some(isSet) || !hasScreen) return null
  return OPENERS[platform] ?? null
}

/**
 * Opens the address, whose key other users of this machine must not see. They see each program's
 * arguments, so a file of this user leads the browser there. `onStarted` is called once the opener
 * runs. Returns what removes the file.
 */
export function openInBrowser(
  address: string,
  opener: string,
  onStarted: () => void,
  folder = homedir(),
): () => void {
  // Not hidden, and not in /tmp: a browser of a snap reads neither.
  const file = join(folder, `countersign-${randomBytes(8).toString('hex')}.html`)
  const remove = () => rmSync(file, { force: true })
  try {
    writeFileSync(file, leadingTo(address), { mode: 0o600, flag: 'wx' })
  } catch {
    // The address is printed as well.
    return remove
  }
  setTimeout(remove, READ_MS).unref()
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
