import { expect, it } from 'vitest'
import { parse } from 'yaml'
import { manifestOf, valuesOf } from '#components/document/manifest.ts'

const place = { kind: 'configMap', namespace: 'countersign', name: 'countersign-policy' } as const

it.each([
  ['a policy', 'apiVersion: countersign.dev/v1alpha1\nkind: ApprovalPolicy\nspec:\n  a: 1\n'],
  ['no new line at the end', 'a: 1'],
  ['several at the end', 'a: 1\n\n\n'],
  ['a blank line within', 'a: 1\n\nb: 2\n'],
  ['a line of blanks', 'a: 1\n   \nb: 2\n'],
  ['blanks at the beginning', '  a: 1\n'],
  ['Windows lines', 'a: 1\r\nb: 2\r\n'],
  ['a byte-order mark', '\ufeffa: 1\n'],
  ['quotes, tabs and what looks like YAML', 'a: "x"\t# &b *c\n---\n- d\n'],
  ['control characters', 'a: "\u0007\u202e"\n'],
  ['line separators', 'a: 1\u2028b: 2\u2029\n'],
  ['control characters that YAML refuses', 'a: "\u007f\u0085"\n'],
  ['nothing', ''],
])('the applied manifest holds exactly the text: %s', (_title, text) => {
  const manifest = manifestOf(place, 'policy.yaml', text)
  // kubectl reads YAML 1.1, where these characters end a line or are refused.
  expect(manifest).not.toMatch(/[\x7f-\x9f\u2028\u2029\ufeff]/)
  expect(parse(manifest)).toEqual({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { namespace: 'countersign', name: 'countersign-policy' },
    data: { 'policy.yaml': text },
  })
  const values = valuesOf({ section: 'policy', field: 'document' }, text)
  expect(values).not.toMatch(/[\x7f-\x9f\u2028\u2029\ufeff]/)
  expect(parse(values)).toEqual({ policy: { document: text } })
})

it('the manifest shows a policy line by line, as a person reads it', () => {
  expect(manifestOf(place, 'policy.yaml', 'a: 1\nb: 2\n')).toContain(
    '  policy.yaml: |\n    a: 1\n    b: 2\n',
  )
})
