import { expect, it } from 'vitest'
import { HelmNote } from '#components/document/helm-note.tsx'
import { textOf } from '#components/ui/fixtures/text-of.ts'

const place = { kind: 'configMap', namespace: 'countersign', name: 'kept' } as const
const noteOf = (key: string, helmRelease: string | null) =>
  textOf(<HelmNote document={{ place, key, helmRelease }} text="a: 1" />)

it.each<[string, string, readonly string[]]>([
  [
    'policy.yaml',
    'team',
    ['the release team', 'policy.document', 'policy.existingConfigMap', 'Copy as values'],
  ],
  ['machines.csv', 'team', ['expected.csv', 'expected.existingConfigMap', 'Copy as values']],
  ['policy.yaml', '', ['countersign/kept belongs to a release of Helm', 'Copy as values']],
  ['machines.yaml', 'team', ['in a ConfigMap of your own']],
])(
  'the note says that the next upgrade undoes a save of %s in the release “%s”',
  (key, release, words) => {
    const text = noteOf(key, release)
    expect(text).toContain(
      'Managed by Helm: saved here, the next upgrade puts it back, or is refused.',
    )
    for (const word of words) expect(text).toContain(word)
    expect(text.includes('Copy as values')).toBe(words.includes('Copy as values'))
  },
)

it('the note is absent for a file, and for a ConfigMap that Helm does not own', () => {
  expect(noteOf('policy.yaml', null)).toBe('')
  const file = { place: { kind: 'file', path: 'policy.yaml' }, key: '', helmRelease: null } as const
  expect(textOf(<HelmNote document={file} text="" />)).toBe('')
})
