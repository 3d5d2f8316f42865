/** Readers of a setting's text. */

import { commaList } from '#lib/csr/comma-list.ts'
import { HOUR_MS, MINUTE_MS } from '#lib/csr/units-of-time.ts'
import type { Problem } from '#lib/settings/setting.ts'

export type Reader<T> = (text: string, name: string) => T | Problem

/**
 * A text that `convert` has a value for. `why` ends the sentence about another one, after its name and the
 * text; as a function, which a secret text needs, after its name alone.
 */
export function value<T>(
  convert: (text: string) => T | null,
  why: string | ((text: string) => string),
): Reader<T> {
  return (text, name) =>
    convert(text) ?? {
      problem: typeof why === 'string' ? `${name}: "${text}" ${why}` : `${name} ${why(text)}`,
    }
}

/** Comma-separated parts, each read as `read` does; empty ones are left out. */
export function listOf<T>(read: Reader<T>): Reader<readonly T[]> {
  return (text, name) => {
    const values: T[] = []
    for (const part of commaList(text)) {
      const one = read(part, name)
      if (typeof one === 'object' && one !== null && 'problem' in one) return one
      values.push(one)
    }
    return values
  }
}

export function oneOf<const Word extends string>(words: readonly Word[]): Reader<Word> {
  return value(
    (text) => words.find((word) => word === text) ?? null,
    `is none of ${words.join(', ')}.`,
  )
}

/** Converts a whole number in digits; null outside of the range. */
export function numberFrom(least: number, most: number): (text: string) => number | null {
  return (text) =>
    /^\d{1,5}$/.test(text) && Number(text) >= least && Number(text) <= most ? Number(text) : null
}

export const MOST_PORT = 65_535

/** A port to listen at; 0 for any free one. */
export const port: Reader<number> = (text) =>
  numberFrom(0, MOST_PORT)(text) ?? {
    problem: `"${text}" is not a port: a number from 0 to ${MOST_PORT}.`,
  }

/** `127.0.0.1:9090`, `localhost:9090` or `[::]:9090`. */
export const listenAddress = value(
  (
    text,
  ): {
    readonly host: string
    readonly port: number
  } | null => {
    const [, bracketed, bare, digits = ''] =
      /^(?:\[([0-9a-f:.]+)\]|(\d{1,3}(?:\.\d{1,3}){3}|localhost)):(\d{1,5})$/i.exec(text) ?? []
    const host = bracketed ?? bare
    const at = numberFrom(0, MOST_PORT)(digits)
    return host === undefined || at === null ? null : { host, port: at }
  },
  'is no <address>:<port>, as 127.0.0.1:9090.',
)

/** Milliseconds of a Go duration in hours, minutes and seconds: `1h30m`; 0 for any other text. */
export function millisecondsOf(duration: string): number {
  const [, hours = 0, minutes = 0, seconds = 0] =
    /^(?:(\d{1,5})h)?(?:(\d{1,5})m)?(?:(\d{1,6})s)?$/.exec(duration) ?? []
  return Number(hours) * HOUR_MS + Number(minutes) * MINUTE_MS + Number(seconds) * 1000
}

const UNITS: Readonly<Record<string, number>> = { '': 1, Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30 }

/** Bytes of a Kubernetes quantity with a binary unit: `500Mi`; 0 for any other text. */
export function bytesOf(quantity: string): number {
  const [, number = '0', unit = ''] = /^(\d{1,15})(Ki|Mi|Gi)?$/.exec(quantity) ?? []
  const bytes = Number(number) * (UNITS[unit] ?? 1)
  return Number.isSafeInteger(bytes) ? bytes : 0
}
