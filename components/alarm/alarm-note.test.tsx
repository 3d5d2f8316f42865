import type { ReactNode } from 'react'
import { renderToStaticMarkup } from 'react-dom/server'
import { expect, it } from 'vitest'
import { MachineAlarms } from '#components/alarm/alarm-note.tsx'
import { AlarmLine } from '#components/machines/alarm-line.tsx'
import { makeDetail } from '#components/machines/fixtures/make-machine.ts'
import { makeAgainst, makeIssuedOtherwise } from '#lib/csr/fixtures/make-rows.ts'
import type { AlarmDetail } from '#lib/csr/rows/rows.ts'

const textOf = (node: ReactNode) =>
  renderToStaticMarkup(node)
    .replaceAll(/<[^>]+>/g, ' ')
    .replaceAll(/\s+/g, ' ')

function pageOf(alarms: readonly AlarmDetail[], moreAlarms = 0): string {
  return textOf(<MachineAlarms detail={makeDetail({ alarms, moreAlarms })} />)
}

const against = makeAgainst()

it.each<[string, Partial<AlarmDetail>, string]>([
  ['with kubectl', { decider: 'kubectl' }, 'approved by kubectl or oc ,'],
  ['by a person here', { decider: 'countersign', decidedBy: 'kim.osei' }, 'approved by kim.osei ,'],
  ['in a name that proves nothing', { decider: 'countersign' }, 'approved by Something else ,'],
])('the page says who approved against the checks: %s', (_, who, said) => {
  const text = pageOf([{ ...against, ...who } as AlarmDetail])
  expect(text).toContain('was approved although our checks refused it.')
  expect(text).toContain(said)
  expect(text).toContain('Failed checks: Key usages . It asks for code signing .')
  expect(text).toContain('Find out who approved it, and why')
})

it('the page shows both alarms of a machine, each with its own button to mark it as seen', () => {
  const text = pageOf([{ ...makeIssuedOtherwise(), differences: [] }, against])
  expect(text.match(/Mark as seen…/g)).toHaveLength(2)
})

it('the page says how many more alarms a machine has', () => {
  expect(pageOf([against], 3)).toContain('This machine has 3 more alarms.')
  expect(pageOf([against])).not.toContain('more alarm')
})

it('a row says that a request was approved against its checks, and which one failed', () => {
  const text = textOf(<AlarmLine alarm={makeAgainst({ verdict: 'suspicious' })} />)
  expect(text).toContain('Approved although suspicious')
  expect(text).toContain('Asks for other key usages')
})
