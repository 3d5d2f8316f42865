import { afterEach, beforeEach, expect, it } from 'vitest'
import type { KubeError } from '#lib/kube/errors.ts'
import { page, type ScriptedServer, startScriptedServer } from '#lib/kube/fixtures/api-server.ts'
import { rawCsr } from '#lib/kube/fixtures/raw-objects.ts'
import { list } from '#lib/kube/list.ts'
import { CSRS } from '#lib/kube/resources.ts'

let server: ScriptedServer

beforeEach(async () => {
  server = await startScriptedServer()
})

afterEach(() => server.close())

/** Names of what was listed, or the cause of the error that ended the list. */
async function listed(): Promise<readonly string[] | string> {
  const { signal } = new AbortController()
  const facts = { path: '/csrs', resource: CSRS, signal, onPage: () => {} }
  try {
    return (await list(server.identity, facts)).items.map(({ name }) => name)
  } catch (error) {
    return (error as KubeError).causes[0]?.code ?? 'none'
  }
}

/** Pages as `objects → continue token`, '' for the last one. */
const pages = (...all: readonly (readonly [readonly string[], string])[]) =>
  server.script.push(
    ...all.map(([names, next]) =>
      page(
        names.map((name) => rawCsr(name)),
        '7',
        next,
      ),
    ),
  )

const EMPTY = [[], 'a token'] as const
const empty = (count: number) =>
  Array.from({ length: count }, (_, n) => [[], `token ${n}`] as const)

it('takes pages without objects, a few', async () => {
  pages([['a'], 'b'], ...empty(10), [['z'], ''])
  expect(await listed()).toEqual(['a', 'z'])
})

it.each([
  ['the same token for ever', Array.from({ length: 100 }, () => EMPTY), 'listRepeated', 2],
  [
    'tokens in a circle, with objects',
    Array.from({ length: 100 }, (_, n) => [[`a${n}`], `token ${n % 3}`] as const),
    'listRepeated',
    4,
  ],
  ['a new token on each empty page', empty(100), 'listEmptyPages', 11],
])('%s: ends with an error', async (_, all, code, requests) => {
  pages(...all)
  expect(await listed()).toBe(code)
  expect(server.exchanges).toHaveLength(requests)
})
