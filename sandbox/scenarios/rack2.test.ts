import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { CsrObject } from '#sandbox/objects.ts'
import { type Sandbox, startSandbox } from '#sandbox/sandbox.ts'
import { RACK2 } from '#sandbox/scenarios/rack2.ts'
import { readAsSignersDo } from '#sandbox/x509-request.ts'

/** The story has every state of the design when the demo is opened. */

let sandbox: Sandbox

beforeAll(async () => {
  sandbox = await startSandbox({ scenario: RACK2 })
})

afterAll(() => sandbox.stop())

/**
 * Status of a machine's `client` and `serving` requests, oldest first: `Pending`,
 * `Approved,Issued`, …
 */
function requestsOf(label: string): string[] {
  const mine = (sandbox.world.list('csrs') as readonly CsrObject[]).filter(({ spec }) => {
    const read = readAsSignersDo(spec.request)
    return typeof read !== 'string' && read.commonName === `system:node:${label}.example.com`
  })
  const version = ({ metadata }: CsrObject) => Date.parse(metadata.creationTimestamp ?? '')
  return mine
    .toSorted((a, b) => version(a) - version(b))
    .map(({ spec, status }) => {
      const purpose = spec.signerName.endsWith('serving') ? 'serving' : 'client'
      const types = (status.conditions ?? []).map(({ type }) => type)
      if (status.certificate !== undefined) types.push('Issued')
      return `${purpose} ${types.join(',') || 'Pending'}`
    })
}

function readyOf(label: string): string | undefined {
  const node = sandbox.world.get('nodes', `${label}.example.com`)
  const { conditions = [] } = (node?.status ?? {}) as { conditions?: Record<string, string>[] }
  return conditions.find(({ type }) => type === 'Ready')?.status
}

const times = (count: number, text: string) => Array.from({ length: count }, () => text)

describe.each([
  [
    'past the hour, serving',
    'worker-01.rack2',
    'True',
    ['client Approved,Issued', ...times(7, 'serving Pending')],
  ],
  ['past the hour, client', 'worker-04.rack2', undefined, times(6, 'client Pending')],
  ['little time left', 'worker-07.rack2', undefined, times(4, 'client Pending')],
  ['plausible', 'worker-02.rack5', undefined, times(2, 'client Pending')],
  ['re-bootstrapping', 'worker-02.rack2', 'Unknown', ['client Pending']],
  ['left by the signer', 'worker-14.rack2', undefined, ['client Approved']],
  ['on its way to a serving request', 'worker-13.rack2', 'False', ['client Approved,Issued']],
  [
    'on its way to Ready',
    'worker-06.rack2',
    'False',
    ['client Approved,Issued', 'serving Approved,Issued'],
  ],
  ['joined', 'worker-11.rack2', 'True', ['client Approved,Issued', 'serving Approved,Issued']],
  ['failed', 'worker-22.rack3', 'Unknown', ['client Approved,Issued', 'serving Approved,Failed']],
  ['denied', 'worker-23.rack3', undefined, ['client Denied']],
  ['not there yet', 'worker-18.rack2', undefined, []],
])('%s', (_what, label, ready, requests) => {
  it(`the machine ${label} has these requests`, () => expect(requestsOf(label)).toEqual(requests))
  it(`the Node of ${label} is Ready ${ready ?? 'or not there'}`, () =>
    expect(readyOf(label)).toBe(ready))
})

it('one machine asks for another’s address', () => {
  const asks = (sandbox.world.list('csrs') as readonly CsrObject[]).flatMap(({ spec }) => {
    const read = readAsSignersDo(spec.request)
    return typeof read === 'string' || !read.commonName.endsWith('worker-08.rack2.example.com')
      ? []
      : read.ipAddresses
  })
  expect(asks).toContain('10.20.2.21')
  const owner = sandbox.world.get('nodes', 'worker-11.rack2.example.com')
  expect(JSON.stringify(owner?.status)).toContain('10.20.2.21')
})

it('some operators wait, others do not', () => {
  const waiting = sandbox.world.list('operators').filter(({ status }) => {
    const { conditions } = status as { conditions: { type: string; status: string }[] }
    return conditions.some(({ type, status }) => type === 'Available' && status === 'False')
  })
  expect(waiting.map(({ metadata }) => metadata.name)).toEqual(['image-registry', 'monitoring'])
})

it('strangers’ requests have their hostile names', () => {
  const names = sandbox.world.list('csrs').map(({ metadata }) => metadata.name)
  expect(names).toEqual(
    expect.arrayContaining([
      'csr-9wq4x',
      'csr-<img src=x onerror=alert(1)>',
      'csr-\u202egro.elpmaxe.ofni',
      'istio-csr-7f2kd',
      'jane-breakglass',
    ]),
  )
})

it('about thirty nodes joined long ago', () => {
  const old = sandbox.world
    .list('nodes')
    .filter(
      ({ metadata }) => Date.now() - Date.parse(metadata.creationTimestamp ?? '') > 86_400_000,
    )
  expect(old.length).toBeGreaterThanOrEqual(30)
})

it('an operator is available once its machine can be reached', async () => {
  const csr = (sandbox.world.list('csrs') as readonly CsrObject[]).find(
    ({ spec }) => spec.username === 'system:node:storage-01.rack2.example.com',
  )
  const conditions = [{ type: 'Approved', status: 'True', reason: 'Test' }]
  const place = { subresource: 'approval' }
  sandbox.world.patch('csrs', csr?.metadata.name ?? '', { status: { conditions } }, place)
  await vi.waitFor(() => {
    const operator = sandbox.world.get('operators', 'image-registry')
    expect(operator?.status).toMatchObject({
      conditions: [{ type: 'Available', status: 'True' }, {}, {}],
    })
  }, 25_000)
})
