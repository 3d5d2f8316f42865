import { expect, it } from 'vitest'
import { whyCannotDecide } from '#lib/query/may-decide.ts'
import { makeSnapshot } from '#lib/wire/fixtures/cluster.ts'

const { cluster, feed } = makeSnapshot()
const SIGNER = 'kubernetes.io/kubelet-serving'
const SILENT = {
  ...{ days: 365, lost: 0, fullSince: null, required: true },
  troubleSince: '2026-11-24T13:00:00Z',
}
const withRights = (fields: object) => ({
  cluster: { ...cluster, access: { ...cluster.access, ...fields } },
  record: null,
})
const withRecord = (fields: object) => ({ cluster, record: { ...SILENT, ...fields } })

it.each([
  ['all is well', feed, withRights({}), null],
  ['nothing is known yet', feed, null, 'notLive'],
  ['nothing is known, nor may be read', { state: 'forbidden' }, null, 'notRead'],
  ['what is shown may be old', { state: 'stale' }, withRights({}), 'notLive'],
  ['nobody has asked yet', feed, withRights({ reviewedAt: null }), 'notReviewed'],
  ['the right is missing', feed, withRights({ signers: { [SIGNER]: false } }), 'noSigner'],
  ['the settings do not list this signer', feed, withRights({ signers: {} }), 'notListed'],
  ['the record is written', feed, withRecord({ troubleSince: null }), null],
  ['it is not, and need not be', feed, withRecord({ required: false }), null],
  ['it is not, and must be', feed, withRecord({}), 'notRecorded'],
] as const)('a button knows why requests cannot be decided while %s', (_, state, summary, why) => {
  expect(whyCannotDecide(state, summary, SIGNER)).toBe(why)
})
