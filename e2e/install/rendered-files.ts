/**
 * Files of `deploy/` that are made from the chart. As a program, `npm run manifests`, it writes them.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
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

/** Text of each rendered file, by its path under `deploy/`. */
export function renderedFiles(): ReadonlyMap<string, string> {
  return new Map([
    ['manifests/approver.yaml', manifest({})],
    ['manifests/approver-openshift.yaml', manifest({ openshift: true })],
    ['chart/README.md', readme()],
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

if (import.meta.main) {
  for (const [path, text] of renderedFiles()) writeFileSync(join(CHART, '..', path), text)
}
