import { expect, it } from 'vitest'
import { bigSnapshot } from '#lib/live/fixtures/cluster.ts'
import { packSnapshot } from '#lib/live/pack.ts'
import { createPackedRows } from '#lib/server/feed/packed-rows.ts'

const snapshot = bigSnapshot(20)

it('is what packing the snapshot gives', async () => {
  const text = await createPackedRows()(snapshot)
  expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(packSnapshot(snapshot))))
})

it('tells the time, the feed and the cluster anew while the rows stay', async () => {
  const pack = createPackedRows()
  await pack(snapshot)
  const later = { ...snapshot, serverTime: '2026-11-24T15:00:01.000Z' }
  expect(JSON.parse(await pack(later))).toMatchObject({ serverTime: later.serverTime })
})

it('takes other rows with another revision or epoch', async () => {
  const pack = createPackedRows()
  await pack(snapshot)
  const next = { ...snapshot, revision: snapshot.revision + 1, machines: [] }
  expect(JSON.parse(await pack(next))).toEqual(JSON.parse(JSON.stringify(packSnapshot(next))))
  const reborn = { ...snapshot, epoch: 'another', others: [] }
  expect(JSON.parse(await pack(reborn))).toEqual(JSON.parse(JSON.stringify(packSnapshot(reborn))))
})
