import { mkdir } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, isAbsolute, join } from 'node:path'
import { writeWhole } from '#lib/kube/documents/document-file.ts'

/**
 * Our folder in the user's state folder (XDG Base Directory); null where there is no such folder.
 */
export function stateFolder(
  env: Readonly<Record<string, string | undefined>>,
  homeOfUser: () => string = homedir,
): string | null {
  const wanted = env.XDG_STATE_HOME ?? ''
  // A relative path is to be ignored, says the specification.
  const folder = isAbsolute(wanted) ? wanted : stateIn(env.HOME || homeOrNone(homeOfUser))
  return folder === '' ? null : join(folder, 'countersign')
}

/** The file of a person’s preferences in our state folder; null where there is no such folder. */
export function preferencesFile(...place: Parameters<typeof stateFolder>): string | null {
  const folder = stateFolder(...place)
  return folder === null ? null : join(folder, 'preferences.json')
}

function stateIn(home: string): string {
  return home === '' ? '' : join(home, '.local', 'state')
}

/**
 * The user's home; '' where the system's list lacks the user, as with a container's random one:
 * Node throws.
 */
function homeOrNone(homeOfUser: () => string): string {
  try {
    return homeOfUser()
  } catch {
    return ''
  }
}

/** Writes a file for this user alone. A reader sees the old text or the new one, whole. */
export async function replaceFile(file: string, text: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 })
  await writeWhole(file, text, 0o600)
}

/**
 * The value of a JSON text; undefined for another text: Node's error would quote the file, which a
 * link may have chosen.
 */
export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Reports the first error alone, after these words: from then on state is not kept. */
export function reportOnce(
  words: string,
  onProblem: (words: string) => void,
): (error: unknown) => void {
  let isReported = false
  return (error) => {
    if (isReported) return
    isReported = true
    onProblem(`${words}: ${error instanceof Error ? error.message : String(error)}`)
  }
}
