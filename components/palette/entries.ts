import type { SearchHits } from '#lib/query/live.ts'

/** Something that can be found and chosen. */
export interface Entry extends Command {
  readonly group: 'commands' | 'machines' | 'requests' | 'nodes'
}

export interface Command {
  readonly id: string
  /** As the cluster has it; commands in the page's language. */
  readonly name: string
  readonly hint: string
  readonly run: () => void
}

export interface Opening {
  readonly machine: (name: string) => void
  readonly request: (uid: string) => void
}

/**
 * The commands of which each word is a part, then the hits of the server in its order. Of hits of
 * the text before, those stay whose name has each word: Enter must not open another machine.
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
