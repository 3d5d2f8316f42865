import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { createReserve } from '#lib/journal/record-reserve.ts'

const folder = mkdtempSync(join(tmpdir(), 'countersign-reserve-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const fileOf = (record: string) => statSync(`${record}-reserve`, { throwIfNoEntry: false })

it('the reserve is a file of its size for its owner alone, made again once it is gone', () => {
  const record = join(folder, 'a.sqlite')
  const reserve = createReserve(record, 100_000)
  expect(reserve.room()).toBeNull()
  expect(fileOf(record)).toMatchObject({ size: 100_000 })
  expect((fileOf(record)?.mode ?? 0) & 0o777).toBe(0o600)
  expect([reserve.free(), reserve.free()]).toEqual([true, false])
  expect(fileOf(record)).toBeUndefined()
  expect(reserve.room()).toBeNull()
  expect(fileOf(record)).toMatchObject({ size: 100_000 })
})

it('the reserve is written whole where a stop has cut it', () => {
  const record = join(folder, 'b.sqlite')
  writeFileSync(`${record}-reserve`, 'a beginning')
  expect(createReserve(record, 100_000).room()).toBeNull()
  expect(fileOf(record)).toMatchObject({ size: 100_000 })
})

it('the reserve is not made where the volume has no room for it twice: it says what is left', () => {
  const record = join(folder, 'c.sqlite')
  expect(createReserve(record, 2 ** 50).room()).toBeGreaterThan(0)
  expect(fileOf(record)).toBeUndefined()
})

it('there is no reserve where none is wanted', () => {
  const record = join(folder, 'd.sqlite')
  expect([createReserve(record, 0).room(), createReserve(record, 0).free()]).toEqual([null, false])
  expect(fileOf(record)).toBeUndefined()
})
