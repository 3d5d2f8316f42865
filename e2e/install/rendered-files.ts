/**
 * Files of `deploy/` that are made from the chart, and pages of `docs/` with tables of settings or of
 * limits. As a program, `npm run manifests`, it writes them.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { type Limit, OF_PEOPLE, OF_STRANGERS } from '#lib/refusals/limits.ts'
import { STATUS } from '#lib/refusals/problem.ts'
import { APPROVER_SETTINGS } from '#lib/settings/approver-settings.ts'
import { type Setting, unsetOf } from '#lib/settings/setting.ts'
import { DOCUMENTED } from '#lib/settings/settings.ts'
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

/** Text of each rendered file, by its path from the root. */
export function renderedFiles(): ReadonlyMap<string, string> {
  return new Map([
    ['deploy/manifests/approver.yaml', manifest({})],
    ['deploy/manifests/approver-openshift.yaml', manifest({ openshift: true })],
    ['deploy/chart/README.md', readme()],
    ['docs/http-api.md', withLimits('docs/http-api.md')],
    ['docs/approver.md', withSettings('docs/approver.md', APPROVER_SETTINGS)],
    ['docs/notifications.md', withSettings('docs/notifications.md', DOCUMENTED.webhook)],
    ['docs/sign-in.md', withSettings('docs/sign-in.md', DOCUMENTED.team)],
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
  const rows = rowsOf(schema, values, '').map((cells) => `| ${cells.join(' | ')} |`)
  return `# The chart

How to install it: [docs/install.md](../../docs/install.md). Values, of which \`values.schema.json\`
refuses any other:

| value | default | what it does |
| --- | --- | --- |
${rows.join('\n')}
`
}

function rowsOf(schema: Schema, value: unknown, path: string): readonly (readonly string[])[] {
  if (schema.properties === undefined) {
    const text = JSON.stringify(value) ?? ''
    const shown = text.includes('\\n') ? 'see values.yaml' : `\`${text.replaceAll('|', '\\|')}\``
    return [[`\`${path}\``, shown, schema.description]]
  }
  return Object.entries(schema.properties).flatMap(([name, inner]) =>
    rowsOf(
      inner,
      (value as Readonly<Record<string, unknown>> | undefined)?.[name],
      path === '' ? name : `${path}.${name}`,
    ),
  )
}

/** The page with a row for each of these settings between its markers. */
function withSettings(path: string, settings: readonly Setting[]): string {
  const rows = settings.map((setting) => {
    const { flag, env, chart = '', help } = setting
    const names = [flag, env].flatMap((name) => (name === undefined ? [] : [`\`${name}\``]))
    const unset = unsetOf(setting)
    const meaning = unset === null ? help : `${help}; unless set: ${unset}`
    return `| ${[names.join(', '), chart, meaning].join(' | ')} |`
  })
  const head = ['| setting | value of the chart | |', '| --- | --- | --- |']
  return between('settings', path, [...head, ...rows])
}

/** The page with a row for each limit between its markers. */
function withLimits(path: string): string {
  return between('limits', path, [
    ...['| what | of one person | of all | beyond it |', '| --- | --- | --- | --- |'],
    ...limitRows(OF_PEOPLE),
    ...['', 'Without a session:', ''],
    ...['| what | of one address | of all | beyond it |', '| --- | --- | --- | --- |'],
    ...limitRows(OF_STRANGERS),
  ])
}

function limitRows(limits: Readonly<Record<string, Limit>>): readonly string[] {
  return Object.values(limits).map(({ what, ofOne, inAll, code, beyond = '', unit }) => {
    const answer = code === undefined ? '' : `${STATUS[code]} \`${code}\``
    const then = [answer, beyond].filter(Boolean).join('; ')
    return `| ${[what, amount(ofOne, unit), amount(inAll, unit), then].join(' | ')} |`
  })
}

function amount(most: number | undefined, unit: Limit['unit']): string {
  if (most === undefined) return ''
  if (unit === 'bytes') return `${most / 2 ** 20} MiB`
  return unit === 'gap' ? `one in ${most / 1000} s` : most.toLocaleString('en-US')
}

/** The page with these lines between its markers of that name. */
function between(name: string, path: string, lines: readonly string[]): string {
  const begin = `<!-- ${name}: written by \`npm run manifests\`, do not edit -->`
  const end = `<!-- /${name} -->`
  const page = readFileSync(join(ROOT, path), 'utf8')
  const [before, rest = ''] = page.split(begin)
  const [, after] = rest.split(end)
  if (after === undefined) throw new Error(`${path} has lost its markers: ${begin} … ${end}`)
  return `${before}${begin}\n\n${lines.join('\n')}\n\n${end}${after}`
}

if (import.meta.main) {
  for (const [path, text] of renderedFiles()) writeFileSync(join(ROOT, path), text)
}
