import type { WebhookEvent } from '#lib/wire/notification-answers.ts'

/** Rows of the table of events, in its order. `inBrowser`: browsers notify of the event, too. */
export const EVENT_ROWS = [
  { name: 'hour', inBrowser: true },
  { name: 'overdue', inBrowser: true },
  { name: 'waiting', inBrowser: true },
  { name: 'alarm', inBrowser: true },
  { name: 'brake', inBrowser: false },
  { name: 'run', inBrowser: true },
] as const

export type EventRowName = (typeof EVENT_ROWS)[number]['name'] | 'test'

/** The row of an event of the webhook. */
export const ROW_OF_EVENT: Record<WebhookEvent, EventRowName> = {
  'machine.hour.15min': 'hour',
  'machine.overdue': 'overdue',
  'machine.waiting.15min': 'waiting',
  'machine.alarm': 'alarm',
  'machine.approvedAgainst': 'alarm',
  'request.alarm': 'alarm',
  'request.approvedAgainst': 'alarm',
  'machineApprover.brake': 'brake',
  'approver.brake': 'brake',
  'run.ended': 'run',
  test: 'test',
}
