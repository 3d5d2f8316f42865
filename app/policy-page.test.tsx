// @vitest-environment happy-dom
import { act, cleanup, screen } from '@testing-library/react'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { renderLive } from '#app/fixtures/render-live.tsx'
import { PolicyPage } from '#components/policy/policy-page.tsx'
import { BUILT_IN_POLICY } from '#lib/csr/policy/built-in-policy.ts'
import { DEFAULT_POLICY } from '#lib/csr/policy/policy.ts'
import { servedWorld } from '#lib/query/fixtures/open-tab.tsx'
import type { TestServer } from '#lib/query/fixtures/server.ts'
import type { World } from '#lib/query/fixtures/world.ts'
import type { PolicyAnswer, ShadowAnswer } from '#lib/wire/policy-answers.ts'

vi.mock('next/navigation', () => import('#app/fixtures/navigation.ts'))

let world: World
let server: TestServer
let asked: string[]
let saved: unknown[]

beforeEach(() => {
  ;({ world, server } = servedWorld())
  asked = []
  saved = []
})
afterEach(cleanup)

type Document = NonNullable<PolicyAnswer['document']>
const DOCUMENT: Document = {
  place: { kind: 'configMap', namespace: 'countersign', name: 'policy' },
  ...{ key: 'policy.yaml', helmRelease: null, text: 'kind: ApprovalPolicy', version: '1' },
  ...{ trouble: null, problems: [], mayEdit: true },
}

const COUNTS: ShadowAnswer['counts'] = { same: 65, wouldApprove: 0, wouldLeave: 19, cannotTell: 0 }

async function open(fields: Partial<PolicyAnswer>, counts = COUNTS): Promise<void> {
  const now = new Date(world.now()).toISOString()
  const automatic = { ...DEFAULT_POLICY.automatic, mode: 'act' as const }
  const answer: PolicyAnswer = {
    ...{ serverTime: now, inForceSince: now, paused: false, stopped: null, barred: null },
    policy: { ...DEFAULT_POLICY, generation: 'abc', automatic, rules: [] },
    document: DOCUMENT,
    approver: { presence: 'leading', holder: 'approver-1', renewedAt: now, trips: [] },
    ...fields,
  }
  const forecast: ShadowAnswer = {
    ...{ serverTime: now, since: now, generation: 'abc', matching: 0, from: 0, rows: [] },
    counts,
  }
  world.network.respond = (path, init) => {
    asked.push(path)
    if (path === '/api/policy/preview') {
      return Response.json({ policy: answer.policy, counts: forecast.counts, changed: 0, rows: [] })
    }
    if (init?.method === 'POST' && path === '/api/policy') {
      saved.push(JSON.parse(init.body as string))
      return Response.json({ outcome: 'saved', problems: [] })
    }
    if (path === '/api/policy') return Response.json(answer)
    if (path.startsWith('/api/policy/forecast')) return Response.json(forecast)
    return server.respond(path, init)
  }
  await renderLive(world, <PolicyPage />, { path: '/policy' })
}

const head = () =>
  screen.getByRole('region', { name: 'Who approves without a person' }).textContent ?? ''
const absent = { presence: 'absent', holder: '', renewedAt: null, trips: [] } as const

it.each<[string, Partial<PolicyAnswer>, readonly string[]]>([
  ['acts', {}, ['ActsAn approver is running.', 'Runningapprover-1 leads', 'Stop the approver…']],
  ['is not installed', { approver: absent }, ['No programThe policy would let', 'Not installed']],
  [
    'is stopped by a person',
    { paused: true, stopped: { by: 'kim', at: '2026-12-01T14:41:00Z', why: 'rack 2 moves' } },
    ['Stopped', 'Stopped by kim, ', 'Reason: rack 2 moves', 'Start the approver again…'],
  ],
  [
    'is stopped by kubectl',
    { paused: true, stopped: { by: null, at: null, why: null } },
    ['The key paused does not say by whom.'],
  ],
  [
    'is stopped as its policy is gone',
    { paused: true, document: { ...DOCUMENT, text: null } },
    ['The policy that was in force is gone'],
  ],
])('the page begins with whether a program approves: it %s', async (_what, fields, words) => {
  await open(fields)
  for (const one of words) expect(head()).toContain(one)
})

it('an approver that is not installed cannot be stopped, and a stopped one can be started again', async () => {
  await open({ approver: absent })
  const stop = screen.getByRole('button', { name: 'Stop the approver…' })
  expect(stop.getAttribute('aria-disabled')).toBe('true')
  expect(document.getElementById(stop.getAttribute('aria-describedby') ?? '')?.textContent).toBe(
    'No approver is installed here: there is nothing to stop.',
  )
  cleanup()
  await open({ approver: absent, paused: true })
  const start = screen.getByRole('button', { name: 'Start the approver again…' })
  expect(start.getAttribute('aria-disabled')).toBeNull()
})

it.each<[string, Document | null, string]>([
  ['the policy in force', DOCUMENT, 'This text is in force. Edit… edits it.'],
  [
    'a text that was refused',
    { ...DOCUMENT, problems: [{ line: 1, column: 1, path: '', reason: '', causes: [] }] },
    'This text was refused and is not in force.',
  ],
  ['a copy, without the right', { ...DOCUMENT, mayEdit: false }, 'you may not write the policy'],
  ['the first policy', { ...DOCUMENT, text: null }, 'No policy is kept yet'],
  ['a copy, without a place', null, 'where Countersign is started with it'],
])('the page says that Edit… edits %s', async (_what, document, words) => {
  await open({ document })
  expect(screen.getByRole('region', { name: 'Policy' }).textContent).toContain(words)
})

it('the list opens on differences, and a request left to people is none', async () => {
  await open({})
  expect(asked.filter((path) => path.includes('forecast'))).toEqual([
    '/api/policy/forecast?show=wouldApprove',
  ])
  expect(screen.getByText('No difference in the last 24 hours')).toBeTruthy()
  expect(screen.getByText(/65 the same\. 19 left to people by this policy/)).toBeTruthy()
  expect(screen.getByRole('button', { name: 'Show all' })).toBeTruthy()
})

it('the line below the list leaves out what it counts none of', async () => {
  await open({}, { same: 0, wouldApprove: 3, wouldLeave: 0, cannotTell: 0 })
  expect(screen.getByText(/^Watched since/)).toBeTruthy()
})

async function edit(): Promise<HTMLTextAreaElement> {
  await act(async () => screen.getByRole('button', { name: 'Edit…' }).click())
  return screen.getByRole('textbox')
}

it('in an empty place the editor begins with the built-in policy, which may be saved unchanged', async () => {
  await open({ document: { ...DOCUMENT, text: null } })
  expect((await edit()).value).toBe(BUILT_IN_POLICY)
  await screen.findByText('No request of the last 24 hours would change')
  await act(async () => screen.getByRole('button', { name: 'Save policy' }).click())
  expect(saved).toEqual([{ text: BUILT_IN_POLICY, version: '1' }])
})

it('without a place the editor has the built-in policy to be put in a file, and no way to save', async () => {
  await open({ document: null })
  expect((await edit()).value).toBe(BUILT_IN_POLICY)
  expect(screen.getByRole('region', { name: 'To put it in force' }).textContent).toContain(
    'Put this text in a file, and start it with --policy <file>.',
  )
  expect(document.body.textContent).not.toMatch(/\b(?:save|kept)\b/i)
})

it('without the right to write the policy its approver cannot be stopped, and the draft is a manifest', async () => {
  await open({ document: { ...DOCUMENT, mayEdit: false } })
  const stop = screen.getByRole('button', { name: 'Stop the approver…' })
  expect(stop.getAttribute('aria-disabled')).toBe('true')
  await edit()
  const manifest = screen.getByRole('region', { name: 'The manifest to apply' }).textContent
  expect(manifest).toContain('kubectl apply -f')
  expect(manifest).toContain('kind: ApprovalPolicy')
})
