/** Lines of the commands that read the cluster: for people, or a JSON object each. */
import { visible } from '#lib/csr/escape.ts'

export interface Printed {
  readonly asJson: boolean
  /** Address of a dashboard that people open; null where none was named. */
  readonly link: string | null
}

/** The exit code of a program whose reader takes no more, as a shell says of SIGPIPE. */
const BROKEN_PIPE = 141
process.stdout.on('error', () => process.exit(BROKEN_PIPE))

/** Prints `fields` as JSON with the time and the link, or the machine with `words`. */
export function print(
  { asJson, link }: Printed,
  fields: Readonly<Record<string, unknown>> & { readonly machine: string },
  words: readonly string[],
): void {
  const { machine } = fields
  const at = new Date().toISOString()
  const linked = link === null ? {} : { link: linkTo(link, machine) }
  const shown = [
    at.slice(11, 19),
    ...[machine, ...words].filter((word) => word !== '').map(visible),
  ]
  process.stdout.write(
    `${asJson ? JSON.stringify({ at, ...fields, ...linked }) : shown.join('  ')}\n`,
  )
}

/** The machine's page, or the command that shows its requests. */
export function linkTo(link: string | null, machine: string): string {
  if (link === null) return `countersign pending shows its requests`
  return new URL(`machines/${encodeURIComponent(machine)}`, `${link.replace(/\/$/, '')}/`).href
}
