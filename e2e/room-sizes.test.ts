import { globSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))

/**
 * Most lines of each room, without tests and fixtures. A limit is raised only by a commit that says
 * which feature the lines buy, and lowered when a room has become smaller.
 */
const LIMITS = {
  app: 1_340,
  components: 24_185,
  'lib/act': 4_945,
  'lib/cluster': 4_055,
  'lib/csr': 14_315,
  'lib/journal': 3_380,
  'lib/kube': 8_575,
  'lib/messages': 10_860,
  'lib/metrics': 215,
  'lib/people': 2_610,
  'lib/policy': 2_070,
  'lib/query': 3_950,
  'lib/refusals': 335,
  'lib/settings': 1_455,
  'lib/web': 7_175,
  'lib/wire': 1_765,
  approver: 895,
  bench: 2_670,
  bin: 280,
  cli: 470,
  deploy: 1_215,
  sandbox: 6_345,
} as const

function linesOf(room: string): number {
  const files = globSync(`${room}/**/*.{ts,tsx}`, { cwd: root }).filter(
    (file) => !/\.test\.|\/fixtures\//.test(file),
  )
  const texts = files.map((file) => readFileSync(join(root, file), 'utf8'))
  return texts.reduce((sum, text) => sum + text.split('\n').length - 1, 0)
}

it.each(Object.entries(LIMITS))('%s has at most %i lines', (room, limit) => {
  const lines = linesOf(room)
  expect(lines).toBeGreaterThan(0)
  expect(lines).toBeLessThanOrEqual(limit)
})

it('every room of lib has a limit', () => {
  const rooms = readdirSync(join(root, 'lib')).map((name) => `lib/${name}`)
  expect(rooms.sort()).toEqual(Object.keys(LIMITS).filter((room) => room.startsWith('lib/')))
})
