/** `countersign pending`: what waits for a decision now. Writes nothing. */
import { parseArgs } from 'node:util'
import type { JudgedMachine, JudgedRequest } from '#lib/csr/rows/rows.ts'
import { en } from '#lib/messages/en.ts'
import { inEnglish } from '#lib/messages/english.ts'
import { CLUSTER_OPTIONS, clusterArgs } from './cluster-options.ts'
import { linkTo, type Printed, print } from './lines.ts'
import { readCluster, timer } from './read-cluster.ts'

const HELP = `Usage: countersign pending [options]

  Prints each machine that waits for a decision, the one with the least time left first, then each
  request that names no machine. It reads the cluster with the kubeconfig's own credential and writes
  nothing.

  --json               one JSON object a line
  --link <address>     address of a dashboard that people open, for links to machines
  --kubeconfig, --context, --policy, --expected   as of the dashboard

Ends with 0, or with 3 when the cluster cannot be read within a minute.
`
const READ_WITHIN_MS = 60_000
const UNREAD = 3

await main().catch((error: unknown) => {
  process.stderr.write(`countersign pending: ${error instanceof Error ? error.message : error}\n`)
  process.exitCode = UNREAD
})

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      ...CLUSTER_OPTIONS,
      json: { type: 'boolean', default: false },
      link: { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  })
  if (values.help) return void process.stdout.write(HELP)
  const cluster = readCluster(clusterArgs(values), process.env)
  const printed: Printed = { asJson: values.json, link: values.link ?? null }
  try {
    await cluster.untilRead(timer(READ_WITHIN_MS), 'a minute')
    const { machines, others } = cluster.rows()
    const waiting = [...machines.values()].filter((row) => row.waiting).toSorted(byDeadline)
    for (const row of waiting) printMachine(printed, row)
    for (const row of others.values()) if (row.verdict !== null) printRequest(printed, row)
  } finally {
    await cluster.stop()
  }
}

function byDeadline(one: JudgedMachine, other: JudgedMachine): number {
  return Date.parse(one.deadline ?? '') - Date.parse(other.deadline ?? '')
}

function printMachine(printed: Printed, row: JudgedMachine): void {
  const { name, stage, verdict, reason, deadline, next } = row
  const requests = row.requests.filter((one) => one.verdict !== null).map((one) => one.name)
  const seconds = (Date.parse(deadline ?? '') - Date.now()) / 1000
  const left = seconds > 0 ? `${en.times.span(seconds)} left` : en.common.deadline.overdue(-seconds)
  const why = reason === null ? '' : inEnglish([reason])
  print(printed, { machine: name, stage, verdict, why, deadline, next, requests }, [
    en.common.stages[stage],
    verdict === null ? '' : en.common.verdicts[verdict].toLowerCase(),
    deadline === null ? '' : left,
    requests.join(' '),
    next === 'review' ? why : '',
    next === 'review' && printed.link !== null ? linkTo(printed.link, name) : '',
  ])
}

function printRequest(printed: Printed, row: JudgedRequest): void {
  const { name, signerName, requestor, verdict, reason } = row
  const why = reason === null ? '' : inEnglish([reason])
  const fields = { machine: '', request: name, signerName, requestor, verdict, why }
  const word = verdict === null ? '' : en.common.verdicts[verdict].toLowerCase()
  print(printed, fields, [name, signerName, word, why])
}
