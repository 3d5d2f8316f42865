import type { SearchHits } from '#lib/query/live.ts'

/** A result that can be found and chosen. */
export interface Entry extends Command {
  readonly group: 'commands' | 'machines' | 'requests' | 'nodes'
}

export interface Command {
  readonly id: string
  /** The name as the cluster has it; a command's in the page's language. */
  readonly name: string
  readonly hint: string
  readonly run: () => void
}

export interface Opening {
  readonly machine: (name: string) => void
  readonly request: (uid: string) => void
}

/**
 * The commands that contain each typed word, then the server's hits in its order. While hits of the
 * previous text are shown, only those whose name contains each word stay: Enter must not open
 * another machine.
 */
export function entriesOf(
  text: string,
  commands: readonly Command[],
  { groups, isCurrent }: SearchHits,
  open: Opening,
): readonly Entry[] {
  const words = text.trim().toLowerCase().split(/\s+/).filter(Boolean)
  const found = commands
    .filter(({ name }) => words.every((word) => name.toLowerCase().includes(word)))
    .map((command): Entry => ({ ...command, group: 'commands' }))
  if (words.length === 0) return found
  const isLeft = (name: string) =>
    isCurrent || words.every((word) => name.toLowerCase().includes(word))
  const hits = groups.flatMap(({ kind, hits }) =>
    hits
      .filter(({ name }) => isLeft(name))
      .map(({ key, name, hint }): Entry => {
        const subject = kind === 'requests' ? 'request' : 'machine'
        const run = () => open[subject](key)
        return { id: `${subject} ${key}`, group: kind, name, hint, run }
      }),
  )
  return [...found, ...hits]
}
