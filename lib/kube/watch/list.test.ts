import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { describe, expect, it } from 'vitest'
import { page } from '#lib/kube/fixtures/api-server.ts'
import { eachScriptedServer } from '#lib/kube/fixtures/each-test.ts'
import { rawCsr, requestText } from '#lib/kube/fixtures/raw-objects.ts'
import { CSRS } from '#lib/kube/objects/resources.ts'
import type { KubeError } from '#lib/kube/transport/errors.ts'
import { list } from '#lib/kube/watch/list.ts'

const server = eachScriptedServer()

/** Names of the listed objects, or the cause of the error that ended the list. */
async function listed(): Promise<readonly string[] | string> {
  const { signal } = new AbortController()
  const facts = { path: '/csrs', resource: CSRS, signal, onPage: () => {} }
  try {
    return (await list(server.identity, facts)).items.map(({ name }) => name)
  } catch (error) {
    return (error as KubeError).causes[0]?.code ?? 'none'
  }
}

/** Pages, each with its objects and continue token, '' for the last one. */
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

it('a few pages without objects are accepted', async () => {
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
])('a list with %s ends with an error', async (_, all, code, requests) => {
  pages(...all)
  expect(await listed()).toBe(code)
  expect(server.exchanges).toHaveLength(requests)
})

it('the objects of a page are released before the next page is read', async () => {
  const read: WeakRef<object>[] = []
  const project = (raw: unknown) => {
    if (typeof raw === 'object' && raw !== null) read.push(new WeakRef(raw))
    return CSRS.project(raw)
  }
  let left = Number.NaN
  server.script.push(page([rawCsr('a'), rawCsr('b')], '7', 'a token'), (exchange) => {
    setFlagsFromString('--expose-gc')
    runInNewContext('gc')()
    left = read.filter((raw) => raw.deref() !== undefined).length
    page([], '7')(exchange)
  })
  await run({ ...CSRS, project })
  expect(read).toHaveLength(2)
  expect(left).toBe(0)
})

/** An API server with these objects, paged as asked. */
function serve(items: readonly unknown[]): void {
  const next = () =>
    server.script.push(({ query, json }) => {
      next()
      const from = Number(query.get('continue') ?? 0)
      const to = from + Number(query.get('limit'))
      const more = to < items.length ? { continue: String(to) } : {}
      json(200, { metadata: { resourceVersion: '7', ...more }, items: items.slice(from, to) })
    })
  next()
}

const run = (resource = CSRS) =>
  list(server.identity, {
    path: '/csrs',
    resource,
    signal: AbortSignal.timeout(20_000),
    onPage: () => {},
  })
const limits = () => server.exchanges.map(({ query }) => Number(query.get('limit')))
const named = (name: string, uid: string) =>
  rawCsr(name, { uid, spec: { request: requestText('a') } })

describe('a list of objects that are large', () => {
  it('each object of 3 MB has a page of its own, and all are read', async () => {
    serve(Array.from({ length: 12 }, (_, i) => named('\u0001'.repeat(490_000), `u${i}`)))
    const { items } = await run()
    expect(items.map(({ uid }) => uid)).toEqual(Array.from({ length: 12 }, (_, i) => `u${i}`))
    expect(JSON.stringify(items).length).toBeLessThan(24_000)
    expect(limits()).toEqual([500, 50, 5, ...Array.from({ length: 12 }, () => 1)])
  })

  it('pages grow again after large objects', async () => {
    const large = Array.from({ length: 3 }, (_, i) => named('\u0001'.repeat(490_000), `l${i}`))
    const small = Array.from({ length: 700 }, (_, i) => rawCsr(`s${i}`))
    serve([...large, ...small])
    const { items } = await run()
    expect(items).toHaveLength(703)
    expect(limits()).toEqual([500, 50, 5, 1, 1, 1, 1, 4, 16, 64, 256, 500])
  })

  it.each([
    ['the API server', '\u0001'.repeat(300_000)],
    // 8 KiB of token and the rest of the line exceed nginx's limit.
    ['a proxy', 'x'.repeat(6_100)],
  ])(
    'a list is read in one answer where its continue token holds a name too long for %s',
    async (_, long) => {
      const names = ['a', long, 'c']
      const items = names.map((name, i) => named(name, `u${i}`))
      server.script.push(
        ({ json }) => {
          const token = Buffer.from(long).toString('base64url')
          json(200, {
            metadata: { resourceVersion: '7', continue: token },
            items: items.slice(0, 2),
          })
        },
        ({ json }) => json(200, { metadata: { resourceVersion: '8' }, items }),
      )
      const listing = await run()
      expect(listing.items.map(({ uid }) => uid)).toEqual(['u0', 'u1', 'u2'])
      expect(listing.resourceVersion).toBe('8')
      expect(server.exchanges.map(({ query }) => query.toString())).toEqual(['limit=500', ''])
    },
  )

  it('a list read in one answer ends with an error where everything but its items is endless', async () => {
    const more = 'x'.repeat(1_000_000)
    const items = [named('y'.repeat(6_100), 'u0')]
    server.script.push(
      ({ json }) => {
        json(200, { metadata: { resourceVersion: '7', continue: more.slice(0, 6_100) }, items })
      },
      ({ json }) => json(200, { metadata: { resourceVersion: '8', more: more.repeat(17) }, items }),
    )
    await expect(run()).rejects.toMatchObject({ kind: 'tooLarge' })
  })

  it('an object that cannot be read leaves only its identity', async () => {
    const { spec: _, ...broken } = named('x'.repeat(400_000), 'u')
    serve([broken])
    const { setAside } = await run()
    expect(JSON.stringify(setAside).length).toBeLessThan(700)
  })
})
