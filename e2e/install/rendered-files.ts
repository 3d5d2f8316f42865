/**
 * Files of `deploy/` that are made from the chart, and pages of `docs/` with tables of settings or of
 * limits. As a program, `npm run manifests`, it writes them.
 */
import { globSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { type Limit, OF_PEOPLE, OF_STRANGERS } from '#lib/refusals/limits.ts'
import { STATUS } from '#lib/refusals/problem.ts'
import { rowsOf, type Setting, type Tables, unsetOf } from '#lib/settings/setting.ts'
import { APPROVER_TABLES, DASHBOARD_TABLES, TEAM_TABLES } from '#lib/settings/setting-tables.ts'
import { CHART, render, type Values } from './helm.ts'

interface Schema {
  readonly description: string
  readonly properties?: Readonly<Record<string, Schema>>
}

const NAMESPACE = `# Rendered from deploy/chart by \`npm run manifests\`, for clusters without Helm.
apiVersion: v1
kind: Namespace
metadata:
  name: countersign
  labels:
    pod-security.kubernetes.io/enforce: restricted
`

const ROOT = join(CHART, '..', '..')
/** Tables of settings by program: each stands once in the docs, between markers that name it. */
const SETTINGS: Readonly<Record<string, Tables>> = {
  dashboard: { ...DASHBOARD_TABLES, ...TEAM_TABLES },
  approver: APPROVER_TABLES,
}
const MARKED =
  /(<!-- settings of the (\w+): ([\w, ]+); `npm run manifests` writes them -->\n)[\s\S]*?(<!-- \/settings -->)/g

/** Text of each rendered file, by its path from the root. */
export function renderedFiles(): ReadonlyMap<string, string> {
  return new Map([
    ['deploy/manifests/approver.yaml', manifest({})],
    ['deploy/manifests/approver-openshift.yaml', manifest({ openshift: true })],
    ['deploy/chart/README.md', readme()],
    ['docs/http-api.md', withLimits('docs/http-api.md')],
    ...pagesOfSettings(),
  ])
}

function manifest(values: Values): string {
  // Without Helm the objects have no manager, and no line names a template.
  const objects = render({ values })
    .split('\n')
    .filter((line) => !/^# Source:|app\.kubernetes\.io\/managed-by: /.test(line))
  return `${NAMESPACE}${objects.join('\n').trimEnd()}\n`
}

function readme(): string {
  const schema = JSON.parse(readFileSync(join(CHART, 'values.schema.json'), 'utf8')) as Schema
  const values: unknown = parse(readFileSync(join(CHART, 'values.yaml'), 'utf8'))
  const rows = valueRows(schema, values, '').map((cells) => `| ${cells.join(' | ')} |`)
  return `# The chart

How to install it: [docs/install.md](../../docs/install.md). Values, of which \`values.schema.json\`
refuses any other:

| value | default | what it does |
| --- | --- | --- |
${rows.join('\n')}
`
}

function valueRows(schema: Schema, value: unknown, path: string): readonly (readonly string[])[] {
  if (schema.properties === undefined) {
    const text = JSON.stringify(value) ?? ''
    const shown = text.includes('\\n') ? 'see values.yaml' : `\`${text.replaceAll('|', '\\|')}\``
    return [[`\`${path}\``, shown, schema.description]]
  }
  return Object.entries(schema.properties).flatMap(([name, inner]) =>
    valueRows(
      inner,
      (value as Readonly<Record<string, unknown>> | undefined)?.[name],
      path === '' ? name : `${path}.${name}`,
    ),
  )
}

/** Pages of the docs with tables of settings. Throws unless each table stands once in them. */
function pagesOfSettings(): readonly (readonly [path: string, text: string])[] {
  const written: string[] = []
  const pages = globSync('docs/*.md', { cwd: ROOT }).map((path) => {
    const text = readFileSync(join(ROOT, path), 'utf8')
    const made = text.replace(MARKED, (_, begin, program: string, names: string, end) => {
      const tables = names
        .split(', ')
        .map((name) => [name, SETTINGS[program]?.[name] ?? {}] as const)
      written.push(...tables.map(([name]) => `${program}: ${name}`))
      return `${begin}\n${tableOf(rowsOf(Object.fromEntries(tables)))}\n\n${end}`
    })
    return [path, made] as const
  })
  const known = Object.entries(SETTINGS).flatMap(([program, tables]) =>
    Object.keys(tables).map((name) => `${program}: ${name}`),
  )
  if (written.sort().join() !== known.sort().join())
    throw new Error(`The docs must have these tables once: ${known}. They have: ${written}`)
  return pages.filter(([, text]) => text.includes('<!-- /settings -->'))
}

function tableOf(settings: readonly Setting[]): string {
  const rows = settings.map((setting) => {
    const { flag, env, chart = [], help } = setting
    const code = (names: readonly (string | undefined)[]) =>
      names.flatMap((name) => (name === undefined ? [] : [`\`${name}\``])).join(', ')
    const unset = unsetOf(setting)
    const meaning = unset === null ? help : `${help}; unless set: ${unset}`
    return `| ${code([flag, env])} | ${typeof chart === 'string' ? chart : code(chart)} | ${meaning} |`
  })
  return ['| setting | value of the chart | |', '| --- | --- | --- |', ...rows].join('\n')
}

/** The page with a row for each limit between its markers. */
function withLimits(path: string): string {
  return between(path, [
    ...['| what | of one person | of all | beyond it |', '| --- | --- | --- | --- |'],
    ...limitRows(OF_PEOPLE),
    ...['', 'Without a session:', ''],
    ...['| what | of one address | of all | beyond it |', '| --- | --- | --- | --- |'],
    ...limitRows(OF_STRANGERS),
  ])
}

function limitRows(limits: Readonly<Record<string, Limit>>): readonly string[] {
  return Object.values(limits).map(({ what, ofOne, inAll, few, code, beyond, unit }) => {
    const answer = code === undefined ? '' : `${STATUS[code]} \`${code}\``
    const exception =
      few && `a person with fewer than ${few} is let in beside any number of others’`
    const then = [answer, beyond, exception].filter(Boolean).join('; ')
    return `| ${[what, amount(ofOne, unit), amount(inAll, unit), then].join(' | ')} |`
  })
}

function amount(most: number | undefined, unit: Limit['unit']): string {
  if (most === undefined) return ''
  if (unit === 'bytes') return `${most / 2 ** 20} MiB`
  return unit === 'gap' ? `one in ${most / 1000} s` : most.toLocaleString('en-US')
}

/** The page with these lines between its markers of limits. */
function between(path: string, lines: readonly string[]): string {
  const begin = '<!-- limits: written by `npm run manifests`, do not edit -->'
  const end = '<!-- /limits -->'
  const page = readFileSync(join(ROOT, path), 'utf8')
  const [before, rest = ''] = page.split(begin)
  const [, after] = rest.split(end)
  if (after === undefined) throw new Error(`${path} has lost its markers: ${begin} … ${end}`)
  return `${before}${begin}\n\n${lines.join('\n')}\n\n${end}${after}`
}

if (import.meta.main) {
  for (const [path, text] of renderedFiles()) writeFileSync(join(ROOT, path), text)
}
