import { expect, it } from 'vitest'
import { readRecordSetting } from '#lib/settings/record-setting.ts'

const HOME = { HOME: '/home/kim' }
const USUAL = { required: false, days: 365, bytes: 2 ** 30 }
const FOLDER = { kind: 'folder', path: '/home/kim/.local/state/countersign/record' }

it.each<[string, Record<string, string>, object | null]>([
  ['the user’s state folder', {}, { place: FOLDER, ...USUAL }],
  ['off', { COUNTERSIGN_RECORD: 'off' }, null],
  [
    'a file',
    { COUNTERSIGN_RECORD: 'sqlite:/data/record.sqlite', COUNTERSIGN_RECORD_REQUIRED: 'true' },
    { place: { kind: 'file', path: '/data/record.sqlite' }, ...USUAL, required: true },
  ],
  [
    'PostgreSQL',
    { COUNTERSIGN_RECORD: 'postgres', DATABASE_URL: 'postgres://u:p@db/x' },
    { place: { kind: 'postgres', url: 'postgres://u:p@db/x' }, ...USUAL },
  ],
  [
    'a DATABASE_URL of another program is left alone',
    { DATABASE_URL: 'postgres://u:p@db/x' },
    { place: FOLDER, ...USUAL },
  ],
  [
    'days and bytes',
    { COUNTERSIGN_RECORD_DAYS: '30', COUNTERSIGN_RECORD_BYTES: '500Mi' },
    { place: FOLDER, ...USUAL, days: 30, bytes: 500 * 2 ** 20 },
  ],
])('reads where the record is kept: %s', (_, env, setting) => {
  expect(readRecordSetting({ ...HOME, ...env }, false)).toEqual({ setting })
})

it('keeps 64 MiB of the record of a demo in memory, unless a file is named', () => {
  expect(readRecordSetting(HOME, true)).toEqual({
    setting: { place: { kind: 'memory' }, ...USUAL, bytes: 64 * 2 ** 20 },
  })
  expect(readRecordSetting({ ...HOME, COUNTERSIGN_RECORD: 'sqlite:x' }, true)).toMatchObject({
    setting: { place: { kind: 'file', path: 'x' } },
  })
})

it.each<[Record<string, string>, string]>([
  [{ COUNTERSIGN_RECORD: 'mysql://x' }, 'COUNTERSIGN_RECORD: "mysql://x"'],
  [{ COUNTERSIGN_RECORD: 'postgres' }, 'DATABASE_URL'],
  [{ COUNTERSIGN_RECORD_DAYS: '0' }, 'COUNTERSIGN_RECORD_DAYS'],
  [{ COUNTERSIGN_RECORD_DAYS: '1.5' }, 'COUNTERSIGN_RECORD_DAYS'],
  [{ COUNTERSIGN_RECORD_BYTES: '1000' }, 'COUNTERSIGN_RECORD_BYTES'],
  [{ COUNTERSIGN_RECORD_BYTES: '1Ti' }, 'COUNTERSIGN_RECORD_BYTES'],
  [{ COUNTERSIGN_RECORD_REQUIRED: 'yes' }, 'COUNTERSIGN_RECORD_REQUIRED'],
  [{ COUNTERSIGN_RECORD: 'off', COUNTERSIGN_RECORD_REQUIRED: 'true' }, 'no record is kept'],
])('refuses %j', (env, problem) => {
  expect(readRecordSetting({ ...HOME, ...env }, false)).toEqual({
    problem: expect.stringContaining(problem),
  })
})

it('never repeats a password', () => {
  const env = { COUNTERSIGN_RECORD: 'postgres', DATABASE_URL: 'mysql://u:secret@db/x' }
  expect(JSON.stringify(readRecordSetting(env, false))).not.toContain('secret')
})
