/**
 * `npm run bench`: the promised figures on a real control plane; `-- --release`: the rare ones, too,
 * and writes all to docs/benchmarks.md; `-- --only <name>[,<name>]`: these. Exits with 1 when a
 * figure misses its target.
 */
import { parseArgs } from 'node:util'
import { ensureBuilt } from '#sandbox/demo-app.ts'
import type { Figure, Measured } from './figure.ts'
import { approve } from './figures/approve.ts'
import { bulkApprove } from './figures/bulk-approve.ts'
import { burst } from './figures/burst.ts'
import { checks } from './figures/checks.ts'
import { demoStart } from './figures/demo-start.ts'
import { eventToPaint } from './figures/event-to-paint.ts'
import { firstRows } from './figures/first-rows.ts'
import { flood } from './figures/flood.ts'
import { memory } from './figures/memory.ts'
import { pages } from './figures/pages.ts'
import { record } from './figures/record.ts'
import { startReady } from './figures/start-ready.ts'
import { storm } from './figures/storm.ts'
import { takeover } from './figures/takeover.ts'
import { team } from './figures/team.ts'
import { texts } from './figures/texts.ts'
import { describeMachine } from './machine.ts'
import { table, writeDocument } from './report.ts'
import { Rig } from './rig.ts'

/** Figures in order: quiet ones first, those that change the cluster last. */
const FIGURES: readonly Figure[] = [
  checks,
  demoStart,
  approve,
  flood,
  record,
  takeover,
  bulkApprove,
  texts,
  startReady,
  firstRows,
  eventToPaint,
  memory,
  pages,
  team,
  burst,
  storm,
]

// Tests' control planes collect garbage less often than production ones.
process.env.GOGC ??= '100'

process.exitCode = await main()

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: { only: { type: 'string' }, release: { type: 'boolean', default: false } },
  })
  const names = values.only?.split(',') ?? null
  const unknown = names?.find((name) => !FIGURES.some((figure) => figure.name === name))
  if (unknown !== undefined) {
    say(`There is no figure "${unknown}": ${FIGURES.map(({ name }) => name).join(', ')}.`)
    return 2
  }
  const figures = FIGURES.filter(({ name, rare }) =>
    names === null ? values.release || rare !== true : names.includes(name),
  )
  const machine = describeMachine()
  if (figures.some(({ appless }) => appless !== true)) await ensureBuilt()
  const rig = new Rig(say)
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => void rig.end().then(() => process.exit(130)))
  }
  const measured: Measured[] = []
  try {
    for (const figure of figures) {
      say(`── ${figure.name}`)
      const rows = await rig.measure(figure.name, figure.measure)
      for (const row of rows) say(`   ${row.figure}: ${row.measured} (${row.reach})`)
      measured.push(...rows)
    }
  } finally {
    await rig.end()
  }
  process.stdout.write(`${table(measured)}\n`)
  if (figures.length === FIGURES.length) writeDocument({ machine, measured, figures })
  return measured.every(({ ok }) => ok) ? 0 : 1
}

function say(line: string): void {
  process.stderr.write(`${line}\n`)
}
