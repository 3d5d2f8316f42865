import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type OpenWatch, openWatch } from '#lib/kube/fixtures/api-server.ts'
import { rawCsr } from '#lib/kube/fixtures/raw-objects.ts'
import {
  becomes,
  type Kept,
  names,
  phases,
  type ReflectorRig,
  startReflectorRig,
} from '#lib/kube/fixtures/reflector-rig.ts'
import { until } from '#lib/kube/fixtures/until.ts'
import { otherCsrs, SERVING_CSRS } from '#lib/kube/objects/csr-parts.ts'
import { CSRS } from '#lib/kube/objects/resources.ts'
import type { Reflector } from '#lib/kube/watch/reflector.ts'

const LOUD = 'loud.example.com/x'
const SECOND = 'second.example.com/x'
const QUIET = 'quiet.example.com/x'
const SERVING = 'kubernetes.io/kubelet-serving'
const MOST = 10

let rig: ReflectorRig
/** Signers of the requests in the cluster, by the requests' names. */
let filed: Map<string, string>
/** Lists and watches with the excluded signers of their selector, and counts. */
let asked: string[]
let watches: OpenWatch[]

beforeEach(async () => {
  rig = await startReflectorRig()
  filed = new Map()
  asked = []
  watches = []
  answer()
})

afterEach(() => rig.close())

/** An API server that selects by signer, and counts lists without a selector. */
function answer(): void {
  rig.server.script.push((exchange) => {
    answer()
    const { query } = exchange
    const terms = (query.get('fieldSelector') ?? '').split(',').filter((term) => term !== '')
    const isSelected = (signerName: string) =>
      terms.every((term) => {
        const [, sign, value] = /^spec\.signerName(!?=)(.*)$/.exec(term) ?? []
        return (signerName === value) === (sign === '=')
      })
    const all = [...filed].filter(([, signerName]) => isSelected(signerName)).sort()
    const ours = terms.filter((term) => !term.includes('kubernetes.io')).join()
    if (query.has('watch')) {
      asked.push(`watch ${ours}`)
      const watch = openWatch()
      void watch.opened.then((led) => watches.push(led))
      watch(exchange)
      return
    }
    if (query.get('limit') === '1') {
      asked.push('count')
      const metadata = {
        resourceVersion: '7',
        continue: 'more',
        remainingItemCount: filed.size - 1,
      }
      exchange.json(200, { metadata, items: [rawCsr('any')] })
      return
    }
    asked.push(`list ${ours}`)
    exchange.json(200, {
      metadata: { resourceVersion: '7' },
      items: all.map(([name, signerName]) => rawCsr(name, { spec: { signerName } })),
    })
  })
}

function file(signerName: string, count: number, prefix = signerName.slice(0, 1)): void {
  for (let n = 0; n < count; n += 1) filed.set(`${prefix}${n}`, signerName)
}

function tell(signerName: string, count: number, prefix: string): void {
  for (let n = 0; n < count; n += 1) {
    watches.at(-1)?.send('ADDED', rawCsr(`${prefix}${n}`, { spec: { signerName } }))
  }
}

/** Lets the present watch run its time and end, until the next one is asked for. */
async function runOut(reflector: Reflector): Promise<void> {
  const before = watches.length
  // The second half begins only once the watch is known to be open.
  for (const ms of [1_000, 21_000]) {
    rig.clock.advance(ms)
    watches.at(-1)?.send('BOOKMARK', { metadata: { resourceVersion: '7' } })
    const isHeard = () => Date.parse(reflector.state.lastHeardAt ?? '') === rig.clock.now()
    await until(isHeard, 'the bookmark')
  }
  watches.at(-1)?.end()
  await until(() => watches.length > before, 'the next watch')
}

/** Without counts, which have no order relative to the watch beside them. */
const inOrder = () => asked.filter((what) => what !== 'count')
const ofKind = (kept: Kept<never>, prefix: string) =>
  names(kept as never).filter((name) => name.startsWith(prefix)).length

describe('requests of other signers', () => {
  const start = () => rig.start(otherCsrs(MOST))

  it('a signer with too many requests is left out by name, counted, and not watched', async () => {
    file(LOUD, 50)
    file(QUIET, 3)
    const { kept, reflector } = start()
    await becomes(reflector, 'live')
    expect(names(kept)).toEqual(['q0', 'q1', 'q2'])
    expect(kept.replaces).toBe(1)
    expect(inOrder()).toEqual([
      'list ',
      `list spec.signerName!=${LOUD}`,
      `watch spec.signerName!=${LOUD}`,
    ])
    await until(() => reflector.state.leftOut?.total === 53, 'the count')
    expect(reflector.state.leftOut).toEqual({ most: MOST, signers: [LOUD], total: 53 })
  })

  it('requests that become too many during the watch are removed, and the others are followed', async () => {
    file(LOUD, 5)
    file(QUIET, 3)
    const { kept, reflector } = start()
    await becomes(reflector, 'live')
    expect(reflector.state.leftOut).toBeNull()
    file(LOUD, 50)
    tell(LOUD, 50, 'l')
    await until(() => reflector.state.leftOut !== null, 'to be left out')
    await becomes(reflector, 'live')
    expect([ofKind(kept as never, 'l'), ofKind(kept as never, 'q')]).toEqual([0, 3])
    // At most a tenth beyond the limit was taken in.
    expect(kept.removed.length).toBeLessThanOrEqual(MOST * 1.1)
    watches.at(-1)?.send('ADDED', rawCsr('q9', { spec: { signerName: QUIET } }))
    await until(() => kept.items.has('uid-of-q9'), 'q9')
  })

  it('the left-out requests are counted after each watch, and read again after five minutes without the flood', async () => {
    const startedAt = rig.clock.now()
    file(LOUD, 50)
    const { kept, reflector } = start()
    await becomes(reflector, 'live')
    file(LOUD, 60)
    await runOut(reflector)
    await until(() => reflector.state.leftOut?.total === 60, 'another count')
    filed.clear()
    file(LOUD, 4)
    while (kept.items.size === 0 && rig.clock.now() < startedAt + 10 * 60_000)
      await runOut(reflector)
    expect(rig.clock.now() - startedAt).toBeGreaterThan(5 * 60_000)
    expect(kept.items.size).toBe(4)
    expect(reflector.state.leftOut).toBeNull()
    expect(phases(kept)).not.toContain('reconnecting')
  })

  it('the first requests of too many signers are kept, and are read again only after five minutes, also when a person clicks', async () => {
    for (let n = 0; n < 30; n += 1) filed.set(`m${n + 10}`, `s${n}.example.com/x`)
    const { kept, reflector } = start()
    await becomes(reflector, 'tooMany')
    expect(kept.items.size).toBeGreaterThan(MOST)
    await until(() => reflector.state.leftOut?.total === 30, 'the count')
    expect(reflector.state).toMatchObject({
      leftOut: { most: MOST, signers: [], total: 30 },
      causes: [{ code: 'tooManyObjects' }],
    })
    reflector.retryNow()
    rig.clock.advance(4 * 60_000)
    expect(asked).toEqual(['list ', 'count'])
    filed.clear()
    file(QUIET, 2)
    rig.clock.advance(60_000)
    await becomes(reflector, 'live')
    expect(names(kept)).toEqual(['q0', 'q1'])
    expect(reflector.state.leftOut).toBeNull()
  })

  it('a second signer with too many is left out beside the first, which is not read again for it', async () => {
    file(LOUD, 50)
    const { kept, reflector } = start()
    await becomes(reflector, 'live')
    asked.length = 0
    file(SECOND, 50)
    tell(SECOND, 50, 's')
    await until(() => reflector.state.leftOut?.signers.length === 2, 'both to be left out')
    const [first, both] = [
      `spec.signerName!=${LOUD}`,
      `spec.signerName!=${LOUD},spec.signerName!=${SECOND}`,
    ]
    await until(() => asked.includes(`watch ${both}`), 'the watch without both')
    expect(inOrder()).toEqual([`list ${first}`, `list ${both}`, `watch ${both}`])
    expect(kept.items.size).toBe(0)
  })

  it('the number stays open where the API server does not count', async () => {
    file(LOUD, 50)
    rig.server.script.length = 0
    const refuseCount = () =>
      rig.server.script.unshift((exchange) => {
        if (exchange.query.get('limit') === '1') exchange.json(500, {})
        else {
          rig.server.script.shift()?.(exchange)
        }
        refuseCount()
      })
    answer()
    refuseCount()
    const { reflector } = start()
    await becomes(reflector, 'live')
    expect(reflector.state.leftOut).toEqual({ most: MOST, signers: [LOUD], total: null })
  })
})

it('a slow count delays no watch', async () => {
  let tellCount = () => {}
  rig.server.script.length = 0
  const holdCount = () =>
    rig.server.script.unshift((exchange) => {
      const serve = rig.server.script.shift()
      if (exchange.query.get('limit') === '1') {
        rig.server.script.unshift(...(serve === undefined ? [] : [serve]))
        tellCount = () => serve?.(exchange)
      } else serve?.(exchange)
      holdCount()
    })
  answer()
  holdCount()
  file(LOUD, 50)
  file(QUIET, 3)
  const { kept, reflector } = rig.start(otherCsrs(MOST))
  await becomes(reflector, 'live')
  expect(reflector.state.leftOut).toEqual({ most: MOST, signers: [LOUD], total: null })
  await until(() => watches.length > 0, 'the watch')
  watches.at(-1)?.send('ADDED', rawCsr('q9', { spec: { signerName: QUIET } }))
  await until(() => kept.items.has('uid-of-q9'), 'q9')
  tellCount()
  await until(() => reflector.state.leftOut?.total === 53, 'the count')
})

it('the last Nodes stay when Nodes become too many, and are not followed', async () => {
  file(QUIET, 5)
  const { kept, reflector } = rig.start({ ...CSRS, most: MOST })
  await becomes(reflector, 'live')
  file(QUIET, 50)
  tell(QUIET, 50, 'q')
  await becomes(reflector, 'tooMany')
  expect(kept.removed).toEqual([])
  expect(names(kept)).toEqual(expect.arrayContaining(['q0', 'q1', 'q2', 'q3', 'q4']))
  filed.clear()
  file(QUIET, 2)
  rig.clock.advance(5 * 60_000)
  await becomes(reflector, 'live')
  expect(names(kept)).toEqual(['q0', 'q1'])
})

describe('requests of a kubelet signer', () => {
  const start = (options?: Parameters<typeof rig.start>[1]) =>
    rig.start({ ...SERVING_CSRS, most: MOST }, options)

  it('a list of too many that is read again gives the store no page before it is whole', async () => {
    file(SERVING, 50)
    let pages = 0
    const { kept, reflector } = start({ early: 25, onBegin: () => (pages += 1) })
    await becomes(reflector, 'tooMany')
    expect([pages, kept.items.size]).toEqual([1, 0])
    const counts = () => asked.filter((what) => what === 'count').length
    await until(() => counts() === 1, 'the count')
    rig.clock.advance(5 * 60_000)
    await until(() => counts() === 2, 'the count after the second list')
    filed.clear()
    file(SERVING, 2)
    rig.clock.advance(5 * 60_000)
    await becomes(reflector, 'live')
    expect([pages, kept.items.size]).toEqual([1, 2])
  })

  it('too many requests of a kubelet signer are all dropped, as half of them would be judged without the rest', async () => {
    file(SERVING, 50)
    const { kept, reflector } = start()
    await becomes(reflector, 'tooMany')
    expect(kept.items.size).toBe(0)
    expect(reflector.state.leftOut).toMatchObject({ most: MOST })
  })

  it('when they become too many during the watch, nothing is live while they are counted; then all are dropped', async () => {
    file(SERVING, 5)
    const { kept, reflector } = start()
    await becomes(reflector, 'live')
    file(SERVING, 50)
    tell(SERVING, 50, 'k')
    await becomes(reflector, 'tooMany')
    expect([...new Set(phases(kept))]).toEqual(['live', 'reconnecting', 'tooMany'])
    expect(kept.items.size).toBe(0)
    filed.clear()
    file(SERVING, 2)
    rig.clock.advance(5 * 60_000)
    await becomes(reflector, 'live')
    expect(kept.items.size).toBe(2)
  })
})
