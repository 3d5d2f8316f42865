/**
 * `vitest` for the tests of `lib/csr` in the mutation runner, with the few functions they use. A
 * test that needs more cannot be loaded, and the run reports it.
 */
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { format } from 'node:util'

export { expect } from 'vitest'

type Body = (...values: readonly unknown[]) => unknown

export interface Test {
  /** `lib/csr/addresses/ip.test.ts#suite > title`, unique. */
  readonly id: string
  readonly fileName: string
  readonly body: () => unknown
}

let found: { readonly title: string; readonly body: () => unknown }[] = []
let suites: readonly string[] = []

/** The tests of a file, each with a unique name: a repeated one gets a number. */
export async function collectTests(file: string): Promise<readonly Test[]> {
  found = []
  const fileName = resolve(file)
  await import(pathToFileURL(fileName).href)
  const uses = new Map<string, number>()
  return found.map(({ title, body }) => {
    const use = (uses.get(title) ?? 0) + 1
    uses.set(title, use)
    return { id: `${file}#${title}${use === 1 ? '' : ` (${use})`}`, fileName, body }
  })
}

export function describe(name: string, define: () => unknown): void {
  const around = suites
  suites = [...around, name]
  define()
  suites = around
}

export function it(name: string, body: Body): void {
  found.push({ title: [...suites, name].join(' > '), body: () => body() })
}

describe.each = eachOf(describe)
it.each = eachOf(it)

function eachOf(define: (name: string, body: () => unknown) => void) {
  return (rows: readonly unknown[]) => (name: string, body: Body) => {
    for (const row of rows) {
      const values: readonly unknown[] = Array.isArray(row) ? row : [row]
      define(titleOf(name, values), () => body(...values))
    }
  }
}

export { it as test }

/** Fills `%s of %j` with values, as far as the title has places. */
function titleOf(name: string, values: readonly unknown[]): string {
  const places = name.match(/%[a-z]/g)?.length ?? 0
  return format(name, ...values.slice(0, places))
}
