import { describe, expect, it } from 'vitest'
import { machineSteps, requestSteps, type Step } from '#components/machine/steps.ts'
import { makeMachine, makeRequest } from '#components/machines/fixtures/make-machine.ts'
import { KUBELET_SERVING } from '#lib/csr/names.ts'
import type { MachineDetail, MachineRow, RequestRow } from '#lib/csr/rows/rows.ts'

const client = (odd: Partial<RequestRow> = {}) => makeRequest(odd)
const serving = (odd: Partial<RequestRow> = {}) =>
  makeRequest({ signerName: KUBELET_SERVING, ...odd })

const decided = { verdict: null, decidedAt: '2026-11-24T14:05:00Z' } as const
const issued = {
  ...decided,
  status: 'Approved,Issued',
  decidedBy: 'kim',
  notAfter: '2027-11-24T14:05:00Z',
} as const
const denied = { ...decided, status: 'Denied' } as const
const failed = { ...decided, status: 'Approved,Failed' } as const

const isServing = { stage: 'servingRequested', next: 'approveServing' } as const
const stopped = { waiting: false, verdict: null, next: null } as const

function steps(odd: Partial<MachineRow>, requests: readonly RequestRow[]) {
  const machine = makeMachine({ ...odd, requests })
  return machineSteps({ machine, requests, node: null } as unknown as MachineDetail)
}

/**
 * Each stop as `state`. Issued stops also have, in parentheses, when they were reached or what they
 * need.
 */
const written = (odd: Partial<MachineRow>, requests: readonly RequestRow[]) =>
  inWords(steps(odd, requests))

function inWords(stops: readonly Step[]): string {
  return stops
    .map(({ name, state, at, needs }) =>
      name.endsWith('Issued') ? `${state}(${needs ?? at?.slice(11, 16) ?? ''})` : state,
    )
    .join(' ')
}

describe('the five stops of a machine', () => {
  it.each<[string, Partial<MachineRow>, RequestRow[], string]>([
    ['a first request', {}, [client()], 'now ahead(approval) ahead ahead(secondApproval) ahead'],
    [
      'approved',
      { ...stopped, waitingForSigner: true },
      [client({ ...decided, status: 'Approved' })],
      'wait ahead(signer) ahead ahead(secondApproval) ahead',
    ],
    [
      'refused',
      { verdict: 'refused' },
      [client({ verdict: 'refused' })],
      'now ahead(notFromHere) ahead ahead() ahead',
    ],
    [
      'client issued',
      { ...stopped, stage: 'clientIssued' },
      [client(issued)],
      'done wait(14:05) ahead ahead(secondApproval) ahead',
    ],
    [
      'serving requested',
      isServing,
      [serving(), client(issued)],
      'done done(14:05) now ahead(approval) ahead',
    ],
    [
      'an older serving request issued while the newest waits: not reached',
      isServing,
      [serving(), serving(issued), client(issued)],
      'done done(14:05) now ahead(approval) ahead',
    ],
    [
      'starting over: what was issued before is not reached',
      {},
      [client(), serving(issued), client(issued)],
      'now ahead(approval) ahead ahead(secondApproval) ahead',
    ],
    [
      'its serving request failed: nothing to approve',
      { ...stopped, stage: 'failed' },
      [serving(failed), client(issued)],
      'done done(14:05) failed ahead(newRequest) ahead',
    ],
    [
      'its client request denied: nothing to approve',
      { ...stopped, stage: 'denied' },
      [client(denied)],
      'denied ahead(newRequest) ahead ahead() ahead',
    ],
    [
      'its client request denied when it started over',
      { ...stopped, stage: 'denied' },
      [client(denied), serving(issued)],
      'denied ahead(newRequest) ahead ahead() ahead',
    ],
    [
      'joined, and its requests are forgotten: nothing to approve',
      { ...stopped, stage: 'ready' },
      [],
      'all all() all all() all',
    ],
  ])('the five stops follow the machine: %s', (_, odd, requests, expected) => {
    expect(written(odd, requests)).toBe(expected)
  })
})

describe('the five stops of a request without a machine', () => {
  it.each<[string, RequestRow, string]>([
    ['refused', client({ verdict: 'refused' }), 'now ahead(notFromHere) ahead ahead() ahead'],
    [
      'a serving one',
      serving({ verdict: 'refused' }),
      'ahead ahead() now ahead(notFromHere) ahead',
    ],
    ['not refused', client({ verdict: 'suspicious' }), 'now ahead(approval) ahead ahead() ahead'],
  ])('the five stops follow a request without a machine: %s', (_, request, expected) => {
    expect(inWords(requestSteps(request))).toBe(expected)
  })

  it('a stop has its time and name where the request stands, and nowhere else', () => {
    const request = client({ name: 'csr-9wq4x' })
    const [first, ...rest] = requestSteps(request)
    expect(first).toMatchObject({ at: request.createdAt, requestNames: ['csr-9wq4x'] })
    expect(rest.every(({ at, requestNames }) => at === null && requestNames.length === 0)).toBe(
      true,
    )
  })
})
