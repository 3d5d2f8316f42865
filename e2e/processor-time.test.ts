import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { machineSeconds, processorSeconds, timed } from './processor-time.ts'

it.each([
  ['bash', '0m0.001s 0m0.002s\n1m2.500s 0m3.497s\n', 66],
  ['dash', '0m0.00s 0m0.00s\n10m0.25s 0m0.75s\n', 601],
  ['nothing', '', 0],
])('the seconds that %s prints are read', (_, times, seconds) => {
  expect(processorSeconds(times)).toBeCloseTo(seconds)
})

it('the exit code, the arguments and the time of the children of a command are kept', () => {
  const folder = mkdtempSync(join(tmpdir(), 'times-'))
  const env = { ...process.env, TIMES: join(folder, 'times') }
  const [file = '', ...args] = timed(['sh', '-c', 'sh -c "exit 3" || exit "$1"', 'sh', '7'])
  expect(spawnSync(file, args, { env }).status).toBe(7)
  expect(readFileSync(env.TIMES, 'utf8')).toMatch(/^0m.*\n0m.*\n$/)
  rmSync(folder, { recursive: true })
})

it('the seconds of this process count for the machine', () => {
  const machine = machineSeconds()
  const own = process.cpuUsage()
  while (process.cpuUsage(own).user < 50_000);
  expect(machineSeconds() - machine).toBeGreaterThan(0.01)
})
