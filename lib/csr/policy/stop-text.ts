import { milliseconds } from '#lib/csr/time.ts'

/** A stop of the automatic approver: by whom, when and why, as far as the key `paused` says. */
export interface Stop {
  readonly by: string | null
  /** RFC 3339. */
  readonly at: string | null
  readonly why: string | null
}

/** Longest reason, in characters. */
export const WHY_LIMIT = 200

/** Text of the key `paused` that stops the approver: `true`, then one line for each fact. */
export function stopText(stop: Stop): string {
  const facts = [stop.by, stop.at, stop.why].map((fact, at) => [NAMES[at], oneLine(fact)] as const)
  const lines = facts.filter(([, fact]) => fact !== '').map(([name, fact]) => `${name}: ${fact}`)
  return ['true', ...lines].join('\n')
}

/** Facts of a stop; null for those that the text does not say. */
export function readStop(text: string): Stop {
  const lines = text.slice(0, 2_000).split('\n')
  const fact = (name: string) =>
    lines.find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2) ?? null
  const at = fact('at')
  return { by: fact('by'), at: milliseconds(at) === null ? null : at, why: fact('why') }
}

/** Whether the text stops the approver, and is one that a person may write with any credential. */
export function isStopText(text: string): boolean {
  return text.split('\n', 1)[0] === 'true'
}

const NAMES = ['by', 'at', 'why'] as const

function oneLine(fact: string | null): string {
  return (fact ?? '').replaceAll(/\s+/g, ' ').trim()
}
