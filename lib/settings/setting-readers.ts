/** Readers of a setting's text: of any kind first, then those of single settings. */

import { ipText, isPrefix, parseIp, readPrefix } from '#lib/csr/addresses/ip.ts'
import { commaList } from '#lib/csr/comma-list.ts'
import { isSignerName } from '#lib/csr/name-syntax.ts'
import { HOUR_MS, MINUTE_MS } from '#lib/csr/units-of-time.ts'
import { LOOPBACK } from '#lib/settings/hosts.ts'
import type { Problem } from '#lib/settings/setting.ts'

/** `words`: every text that is accepted, where these are few. */
export type Reader<T> = ((text: string, name: string) => T | Problem) & {
  readonly words?: readonly string[]
}

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

/** A text as it is, where `test` accepts it. */
export function textThat(
  test: (text: string) => boolean,
  why: Parameters<typeof value>[1],
): Reader<string> {
  return value((text) => (test(text) ? text : null), why)
}

/** Comma-separated parts, each read as `read` does; empty ones are left out. */
export function listOf<T>(read: Reader<T>): Reader<readonly T[]> {
  const readList = (text: string, name: string) => {
    const values: T[] = []
    for (const part of commaList(text)) {
      const one = read(part, name)
      if (typeof one === 'object' && one !== null && 'problem' in one) return one
      values.push(one)
    }
    return values
  }
  return Object.assign(readList, read.words && { words: read.words })
}

/** One of these words; `why` as for any value. */
export function oneOf<const Word extends string>(
  words: readonly Word[],
  why: Parameters<typeof value>[1] = `is none of ${words.join(', ')}.`,
): Reader<Word> {
  return Object.assign(
    value((text) => words.find((word) => word === text) ?? null, why),
    { words },
  )
}

/** The words as a help has them: `a`, `b` or `c`. An `Intl.ListFormat` would take 6 MB. */
export function wordsInHelp(words: readonly string[]): string {
  const list = words.map((word) => `\`${word}\``).join(', ')
  return list.replace(/, (?=[^,]*$)/, ' or ')
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
export const listenAddress = value((text) => {
  const [, bracketed, bare, digits = ''] =
    /^(?:\[([0-9a-f:.]+)\]|(\d{1,3}(?:\.\d{1,3}){3}|localhost)):(\d{1,5})$/i.exec(text) ?? []
  const host = bracketed ?? bare
  const at = numberFrom(0, MOST_PORT)(digits)
  return host === undefined || at === null ? null : { host, port: at }
}, 'is no <address>:<port>, as 127.0.0.1:9090.')

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

/** Prefixes of addresses, comma-separated. */
export const prefixesOr = (why: string) => listOf(textThat(isPrefix, why))

export const signer = textThat(
  isSignerName,
  'is not the name of one signer, as example.com/my-signer.',
)

export const DEFAULT_HOST = 'localhost'

/** Whether pages have the plain address of this machine. */
export function plainAddress(text: string, name: string): boolean | Problem {
  if (text === DEFAULT_HOST || text === LOOPBACK) return text === LOOPBACK
  const problem = `Will not listen on "${text}": each caller of the dashboard acts with your credentials, so it serves ${DEFAULT_HOST} only.`
  // Some shells export the machine's name as HOST.
  const cure = ` That is HOST in the environment: unset it, or add --host ${DEFAULT_HOST}, which goes before it.`
  return { problem: name === 'HOST' ? `${problem}${cure}` : problem }
}

/** Whether kubelets are asked, and the HTTP proxy in front of them, if any. */
export function liveOf(text: string): { on: false } | { on: true; proxy: URL | null } | null {
  if (text === 'on' || text === 'off')
    return text === 'on' ? { on: true, proxy: null } : { on: false }
  const proxy = URL.parse(text)
  return proxy !== null && isProxy(proxy) ? { on: true, proxy } : null
}

function isProxy({ protocol, pathname, search, hash, username, password }: URL): boolean {
  if (protocol !== 'http:' || pathname !== '/' || search !== '' || hash !== '') return false
  try {
    decodeURIComponent(`${username}:${password}`)
    return true
  } catch {
    return false
  }
}

/** The origin, if the text is nothing else; cookies need TLS or this very machine. */
export function originOf(text: string): string | null {
  const url = URL.parse(text)
  if (url === null || url.origin !== text.replace(/\/$/, '')) return null
  const isHere = url.hostname === 'localhost' || url.hostname.endsWith('.localhost')
  return url.protocol === 'https:' || (url.protocol === 'http:' && isHere) ? url.origin : null
}

const WAYS = ['oidc', 'token', 'proxy'] as const
const WAYS_WANTED = `it takes ${WAYS.join(', ')}, comma-separated. Each caller of this address must sign in.`
const ways = listOf(oneOf(WAYS, (text) => `has "${text}": ${WAYS_WANTED}`))

/** Ways to sign in, comma-separated: at least one. */
export const waysToSignIn = Object.assign(
  (text: string, name: string) =>
    commaList(text).length > 0 ? ways(text, name) : { problem: `${name} is empty: ${WAYS_WANTED}` },
  { words: WAYS },
)

/** An address or prefix in the spelling that peers are compared with: `::ffff:10.0.0.1` is IPv4. */
export function proxyPrefix(text: string, name: string): string | Problem {
  const wrong = (why: string) => ({ problem: `${name}: "${text}" ${why}` })
  const address = parseIp(text)
  if (address !== null) return `${ipText(address)}/${address.length * 8}`
  const prefix = readPrefix(text)
  if (prefix === null) return wrong('is no address and no prefix.')
  const { bytes, bits } = prefix
  const first = bytes.map(
    (byte, at) => byte & (0xff << Math.min(8, Math.max(0, 8 * at + 8 - bits))),
  )
  const canonical = `${ipText(first)}/${bits}`
  if (ipText(first) === ipText(bytes)) return canonical
  return wrong(`names one address and many: write ${ipText(bytes)}, or ${canonical}.`)
}

export const IMPERSONATION_MODES = ['constrained', 'legacy'] as const

export function wrongMode(mode: string): string {
  const modes = IMPERSONATION_MODES.join(' or ')
  return `is "${mode}", and must be off, ${modes}; other than off only with COUNTERSIGN_OIDC_KIND=oidc.`
}

export function issuerOf(text: string): string | null {
  const url = URL.parse(text)
  // Metadata at an address that names them are not compared with the issuer.
  const isIssuer = url?.protocol === 'https:' && url.username === '' && !/[?#\s]/.test(text)
  return isIssuer && !text.includes('/.well-known/') ? text : null
}

/** The place of the record as it is named: PostgreSQL's address is another setting. */
export function namedRecord(
  text: string,
): 'off' | 'postgres' | { readonly kind: 'file'; readonly path: string } | null {
  if (text === 'off' || text === 'postgres') return text
  const [, path] = /^sqlite:(.+)$/.exec(text) ?? []
  return path === undefined ? null : { kind: 'file', path }
}

/** The address of the webhook's receiver. */
export function receiverOf(text: string): URL | null {
  const url = URL.parse(text)
  const isWeb = url?.protocol === 'http:' || url?.protocol === 'https:'
  return isWeb && url.username === '' && url.password === '' && url.hash === '' ? url : null
}
