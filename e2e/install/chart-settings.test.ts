import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { readSettings as readApprover } from '#lib/settings/approver-settings.ts'
import { rowsOf, type Setting } from '#lib/settings/setting.ts'
import { APPROVER_TABLES, DASHBOARD_TABLES, TEAM_TABLES } from '#lib/settings/setting-tables.ts'
import { readSettings as readDashboard } from '#lib/settings/settings.ts'
import { CHART, rendered, type Values } from './helm.ts'
import { at, one } from './manifests.ts'

type Program = 'dashboard' | 'approver'
/** Values of the chart by their paths. */
type Paths = Readonly<Record<string, unknown>>

interface Schema {
  readonly enum?: readonly string[]
  readonly type?: string
  readonly pattern?: string
  readonly properties?: Readonly<Record<string, Schema>>
  readonly items?: Schema
}

interface EnvEntry {
  readonly name: string
  readonly value?: string
  readonly valueFrom?: unknown
}

const ROWS: Readonly<Record<Program, readonly Setting[]>> = {
  dashboard: rowsOf({ ...DASHBOARD_TABLES, ...TEAM_TABLES }),
  approver: rowsOf(APPROVER_TABLES),
}
const READ = { dashboard: readDashboard, approver: readApprover }
const SCHEMA: Schema = JSON.parse(readFileSync(join(CHART, 'values.schema.json'), 'utf8'))
const DEFAULTS: unknown = parse(readFileSync(join(CHART, 'values.yaml'), 'utf8'))

/** Values with which the chart uses all others. */
const BASE: Paths = {
  'dashboard.enabled': true,
  'dashboard.publicUrl': 'https://countersign.example.com',
  'dashboard.signIn': ['oidc', 'token', 'proxy'],
  'dashboard.oidc.issuer': 'https://id.example.com',
  'dashboard.oidc.clientId': 'countersign',
  'dashboard.impersonation': 'constrained',
  'dashboard.trustedProxies': ['127.0.0.1'],
  'dashboard.record.store': 'postgres',
  'dashboard.record.database.existingSecret': 'db',
  'dashboard.webhook.url': 'https://hooks.example.com/x',
}
/** Values that a sample of another needs beside it. */
const BESIDE: Readonly<Record<string, Paths>> = {
  'dashboard.oidc.kind': { 'dashboard.impersonation': 'off' },
}
/** Defaults of the chart other than those of the program: a cluster records, and kubelets are `true`. */
const DEFAULTS_OF_CHART: Readonly<Record<string, string>> = {
  'dashboard.record.required': 'true',
  'approver.kubelets.ask': 'true',
}
/** Texts that some value or other is: its schema says which. */
const SAMPLES = [
  ...['other', 'https://other.example.com', '30m', '7Gi', '192.0.2.7', '/other'],
  ...['10.99.0.0/16', 'fd00::/64'],
]
/** Variables of Node, of the C library and of Kubernetes. */
const NOT_OURS = /^(?:NODE_OPTIONS|MALLOC_\w+|POD_(?:NAME|IP)|KUBERNETES_SERVICE_(?:HOST|PORT))$/
/** Texts in place of those of a Secret. */
const SECRETS: Readonly<Record<string, string>> = {
  DATABASE_URL: 'postgres://db.example.com/x',
  COUNTERSIGN_WEBHOOK_URL: 'https://hooks.example.com/secret',
}

function valuesOf(paths: Paths): Values {
  const values = {}
  for (const [path, value] of Object.entries(paths)) {
    const names = path.split('.')
    const last = names.pop() ?? ''
    let inner: Record<string, unknown> = values
    for (const name of names) {
      const next = inner[name] ?? {}
      inner[name] = next
      inner = next as Record<string, unknown>
    }
    inner[last] = value
  }
  return values
}

function schemaOf(path: string): Schema {
  const found = path
    .split('.')
    .reduce<Schema | undefined>((schema, name) => schema?.properties?.[name], SCHEMA)
  if (found === undefined) throw new Error(`values.schema.json has no ${path}`)
  return found
}

/** Another value that the schema allows at the path. Throws where the chart lacks the value. */
function otherValue(path: string): unknown {
  const present = path in BASE ? BASE[path] : at(DEFAULTS, ...path.split('.'))
  if (present === undefined) throw new Error(`values.yaml has no ${path}`)
  const { enum: words, type, pattern = '', items } = schemaOf(path)
  const textsFor = (expression: string) =>
    SAMPLES.filter((text) => text !== present && new RegExp(expression, 'u').test(text))
  if (words !== undefined) return words.find((word) => word !== present)
  if (type === 'boolean') return present !== true
  if (type === 'integer') return Number(present) + 1
  if (type === 'string') return textsFor(pattern)[0]
  if (!Array.isArray(present) || items === undefined) throw new Error(`${path} has no sample`)
  if (items.enum !== undefined) return present.length === 0 ? items.enum : items.enum.slice(0, 1)
  const more = items.type === 'integer' ? [10_260] : textsFor(items.pattern ?? '').slice(0, 2)
  return [...present, ...more]
}

/** Whether the text has all of a list, with commas or spaces between. */
function hasList(text: string, value: unknown): boolean {
  return !Array.isArray(value) || [',', ' '].some((between) => text.includes(value.join(between)))
}

/** The container's flags and variables; of a file also the volume that has it. */
function textsGiven(program: Program, paths: Paths): ReadonlyMap<string, string> {
  const { args, env, pod } = containerOf(program, paths)
  const mounts = at(pod, 'containers', 0, 'volumeMounts') as readonly Record<string, string>[]
  const volumes = at(pod, 'volumes') as readonly Record<string, unknown>[]
  const sourceOf = ({ value = '', valueFrom }: EnvEntry) => {
    const [, file] = /^(?:sqlite:)?(\/(?:etc|var)\/.*)/.exec(value) ?? []
    const mount = mounts.find(({ mountPath }) => file?.startsWith(`${mountPath}/`))
    const volume = volumes.find(({ name }) => name === mount?.name)
    if (file !== undefined && volume === undefined) throw new Error(`no volume has ${file}`)
    return JSON.stringify([value, valueFrom, volume])
  }
  return new Map([
    ...args.map((arg): [string, string] => [arg.replace(/=.*/, ''), arg]),
    ...env.map((entry): [string, string] => [entry.name, sourceOf(entry)]),
  ])
}

function containerOf(program: Program, paths: Paths) {
  const deployment = one(
    rendered({ values: valuesOf(paths) }),
    'Deployment',
    `countersign-${program}`,
  )
  const pod = at(deployment, 'spec', 'template', 'spec')
  const args = at(pod, 'containers', 0, 'args') as readonly string[]
  const env = at(pod, 'containers', 0, 'env') as readonly EnvEntry[]
  return { pod, args, env }
}

const namesOf = ({ flag, env }: Setting) =>
  [flag?.split(' ')[0], env].filter((name) => name !== undefined)

describe.each<Program>(['dashboard', 'approver'])('the chart of the %s', (program) => {
  const rows = ROWS[program]
  const pairs = rows.flatMap((row) =>
    typeof row.chart === 'object' ? row.chart.map((path) => [path, namesOf(row)] as const) : [],
  )
  const baseOf = (path: string): Paths => ({ ...BASE, ...BESIDE[path] })
  const changed = (path: string): Paths => ({ ...baseOf(path), [path]: otherValue(path) })

  it.each(pairs)('the value %s sets %j to a text that the program reads', (path, names) => {
    const before = textsGiven(program, baseOf(path))
    const after = textsGiven(program, changed(path))
    const [changes = '', ...others] = names.filter((name) => before.get(name) !== after.get(name))
    expect(others).toEqual([])
    expect(after.get(changes) ?? '').toSatisfy((text) => hasList(text, otherValue(path)))
    const { args, env } = containerOf(program, changed(path))
    const texts = env.map(({ name, value = SECRETS[name] }) => [name, value])
    expect(READ[program](args, Object.fromEntries(texts))).toHaveProperty('settings')
  })

  it('the chart sets what a row says that it sets, and nothing else', () => {
    const set = new Set(
      [BASE, ...pairs.map(([path]) => changed(path))]
        .flatMap((paths) => [...textsGiven(program, paths).keys()])
        .filter((name) => !NOT_OURS.test(name)),
    )
    const said = rows.filter(({ chart }) => chart !== undefined)
    expect([...set].filter((name) => !said.flatMap(namesOf).includes(name))).toEqual([])
    expect(said.filter((row) => !namesOf(row).some((name) => set.has(name)))).toEqual([])
  })

  it('a chart value has by default what its setting is unless set, or what the table here says', () => {
    const held = rows.flatMap(({ chart, usual }) =>
      typeof chart === 'object' && chart.length === 1 && usual !== undefined
        ? [[chart[0] ?? '', usual] as const]
        : [],
    )
    expect(held.length).toBeGreaterThan(3)
    expect(held.map(([path]) => [path, String(at(DEFAULTS, ...path.split('.')))])).toEqual(
      held.map(([path, usual]) => [path, DEFAULTS_OF_CHART[path] ?? usual]),
    )
  })

  it('a chart value that must be one of a few words allows the words that its setting accepts', () => {
    const worded = rows.flatMap(({ chart, read }) =>
      typeof chart === 'object' && read?.words !== undefined ? [{ chart, words: read.words }] : [],
    )
    const listed = worded.map(({ chart: [path = ''] }) => {
      const { enum: ofText, items } = schemaOf(path)
      return [path, [...(ofText ?? items?.enum ?? [])].sort()]
    })
    expect(listed).toEqual(worded.map(({ chart, words }) => [chart[0], [...words].sort()]))
  })
})
