/** `countersign wait`: follows machines until all are where they are waited for. Writes nothing. */
import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { en } from '#lib/messages/en.ts'
import { filled } from '#lib/messages/grammar/cause-words.ts'
import { readExpected } from '#lib/policy/expected-machines.ts'
import { CLUSTER_OPTIONS, clusterArgs } from './cluster-options.ts'
import { linkTo, type Printed, print } from './lines.ts'
import { readCluster, timer } from './read-cluster.ts'
import { GOALS, type Goal, type Standing, standingOf } from './standing.ts'

/** Exit codes, as the help has them. */
const EXIT = { done: 0, timeout: 1, person: 2, unread: 3 } as const

const HELP = `Usage: countersign wait --machines <file> --for ready|requested|gone [options]

  Follows the machines of a list until all are there. It reads the cluster with the kubeconfig's own
  credential and writes nothing.

  --machines <file>    machines: CSV or YAML, as the list of expected machines; - reads standard input
  --for <state>        ready: the Node is Ready and can serve; requested: a request was filed;
                       gone: no Node and no pending request is left
  --timeout <time>     the longest wait, such as 90s, 30m or 1h30m (1h)
  --json               one JSON object a line
  --link <address>     address of a dashboard that people open, for links to machines
  --kubeconfig, --context, --policy, --expected   as of the dashboard

Ends with 0 when all are there, 1 when the time is over, 2 when each that is left needs a person,
3 when the list or the cluster cannot be read.
`

await main().then((code) => {
  process.exitCode = code
}, fail)

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      ...CLUSTER_OPTIONS,
      machines: { type: 'string' },
      for: { type: 'string' },
      timeout: { type: 'string', default: '1h' },
      json: { type: 'boolean', default: false },
      link: { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  })
  if (values.help) {
    process.stdout.write(HELP)
    return EXIT.done
  }
  const goal = readGoal(values.for)
  const names = namesIn(values.machines)
  const longestMs = readTime(values.timeout)
  const cluster = readCluster(clusterArgs(values), process.env)
  const over = timer(longestMs)
  const printed: Printed = { asJson: values.json, link: values.link ?? null }
  try {
    await cluster.untilRead(over, values.timeout)
    const unseen = whyUnseen()
    if (unseen !== null) throw new Error(`Nodes cannot be read: ${unseen}`)
    return await follow()
  } finally {
    await cluster.stop()
  }

  /** A Node that cannot be seen is neither Ready nor gone; a request is there without it. */
  function whyUnseen(): string | null {
    return goal === 'requested' ? null : cluster.whyNoNodes()
  }

  function follow(): Promise<number> {
    const said = new Map<string, string>()
    const ended = Promise.withResolvers<number>()
    const look = () => {
      // While a list is missing, a machine of it is not gone.
      if (!cluster.isLive() || whyUnseen() !== null) return
      const all = names.map((name) => standingOf(name, cluster.machine(name), goal))
      for (const one of all) tell(one)
      const waiting = all.filter(({ isDone }) => !isDone)
      if (waiting.length === 0) ended.resolve(EXIT.done)
      else if (waiting.every(({ person }) => person !== null)) ended.resolve(EXIT.person)
      progress(`${all.length - waiting.length} of ${all.length} ${goal}`)
    }
    const tell = (one: Standing) => {
      const line = JSON.stringify(one)
      if (said.get(one.machine) === line) return
      said.set(one.machine, line)
      progress('')
      print(printed, { ...one }, [wordsOf(one), one.person === null ? '' : where(one)])
    }
    const where = ({ machine, person }: Standing) =>
      `needs a person (${person}) ${linkTo(printed.link, machine)}`
    cluster.onChange(look)
    look()
    void over.then(() => ended.resolve(EXIT.timeout))
    return ended.promise.finally(() => progress(''))
  }
}

function wordsOf({ stage, verdict }: Standing): string {
  const word = stage === 'absent' ? 'Not there' : en.common.stages[stage]
  return verdict === null ? word : `${word}, ${en.common.verdicts[verdict].toLowerCase()}`
}

function readGoal(text: string | undefined): Goal {
  const goal = GOALS.find((one) => one === text)
  if (goal === undefined) throw new Error(`--for takes ${GOALS.join(', ')}.`)
  return goal
}

function namesIn(file: string | undefined): readonly string[] {
  if (file === undefined) throw new Error('--machines takes the file with the list.')
  const reading = readExpected(readFileSync(file === '-' ? 0 : file, 'utf8'))
  if ('value' in reading) return reading.value.map(({ name }) => name)
  const problems = reading.problems.map(({ code, line, values }) => {
    const at = line === null ? '' : `${en.documents.line(line)}: `
    return at + filled(en.expected.problems[code], values)
  })
  throw new Error(`${file} cannot be read. ${problems.join(' ')}`)
}

/** Milliseconds of a time such as `90s`, `30m` or `1h30m`; at most what a timer of Node takes. */
function readTime(text: string): number {
  const [, hours = 0, minutes = 0, seconds = 0] =
    /^(?:(\d{1,3})h)?(?:(\d{1,4})m)?(?:(\d{1,6})s)?$/.exec(text) ?? []
  const ms = (Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)) * 1000
  if (ms > 0 && ms < 2 ** 31) return ms
  throw new Error('--timeout takes a time such as 90s, 30m or 1h30m.')
}

/** A line that the next one overwrites; only a terminal has it. */
function progress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`)
}

function fail(error: unknown): void {
  process.stderr.write(`countersign wait: ${error instanceof Error ? error.message : error}\n`)
  process.exitCode = EXIT.unread
}
