// @vitest-environment happy-dom
import { act, cleanup, fireEvent, render, screen } from '@testing-library/react'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { useDocumentDraft } from '#components/document/document-draft.ts'
import { DocumentEditor } from '#components/document/document-editor.tsx'
import type { SaveOutcome } from '#components/document/save-trouble.tsx'

const sent = vi.fn<(text: string, version: string | null) => void>()
const closed = vi.fn<() => void>()
let outcome: SaveOutcome
beforeEach(() => {
  vi.clearAllMocks()
  outcome = 'saved'
})
afterEach(cleanup)

const WORDS = {
  title: 'Edit',
  text: 'The text',
  effect: 'The effect',
  outcomes: {
    changed: 'Another was saved',
    forbidden: 'You may not',
    unknown: 'Not known',
    error: 'Not saved',
    refused: 'Refused',
  },
}

interface PageProps {
  readonly kept?: string
  readonly check?: 'good' | 'unchanged' | 'checking' | 'refused'
  readonly mayEdit?: boolean | null
  readonly hasPlace?: boolean
}

/** A document whose version is its text in capitals. */
function Page({ kept = 'one', check = 'good', mayEdit = true, hasPlace = true }: PageProps) {
  const draft = useDocumentDraft({
    kept: { text: kept, version: kept.toUpperCase() },
    async save(text, version) {
      sent(text, version)
      return { outcome, detail: 'Because', causes: [], problems: [] }
    },
    onSaved: closed,
  })
  return (
    <DocumentEditor
      title="Document"
      document={hasPlace ? { place: null, key: '', helmRelease: null, mayEdit } : null}
      draft={draft}
      check={check}
      words={WORDS}
      placeholder=""
      hint="A hint"
      noPlace="Elsewhere"
      effect={null}
      save="Save"
      onSave={() => void draft.submit()}
      onClose={closed}
    />
  )
}

const page = (props: PageProps = {}) => <Page {...props} />
const field = () => screen.getByRole('textbox') as HTMLTextAreaElement
const button = (name: string) => screen.queryByRole('button', { name })
const press = async (name: string) =>
  act(async () => {
    fireEvent.click(screen.getByRole('button', { name }))
  })
const type = (value: string) => fireEvent.change(field(), { target: { value } })

it('Save writes the draft over the version that the draft began with, and closes the editor', async () => {
  render(page())
  type('two')
  await press('Save')
  expect(sent.mock.calls).toEqual([['two', 'ONE']])
  expect(closed).toHaveBeenCalledOnce()
})

it.each<[string, PageProps, string]>([
  ['no right', { mayEdit: false }, 'You may not'],
  ['an unchanged text', { check: 'unchanged' }, 'Nothing has changed.'],
  ['an unchecked text', { check: 'checking' }, 'Off until the text has been checked.'],
  ['a bad text', { check: 'refused' }, 'Off until every line can be read.'],
])('with %s Save is off and says why', async (_, props, why) => {
  render(page(props))
  expect(button('Save')?.getAttribute('aria-disabled')).toBe('true')
  expect(screen.getByText(why)).toBeDefined()
  await press('Save')
  expect(sent).not.toHaveBeenCalled()
})

it.each<[string, PageProps, boolean]>([
  ['the right to save', {}, false],
  ['an unknown right', { mayEdit: null }, false],
  ['no right', { mayEdit: false }, true],
  ['no place', { hasPlace: false }, true],
])('with %s the editor shows the other way to put the text in force: %s', (_, props, isShown) => {
  render(page(props))
  expect(screen.queryByText('Elsewhere') !== null).toBe(isShown)
  expect(button('Save') === null).toBe(props.hasPlace === false)
})

it.each<[SaveOutcome, string, boolean]>([
  ['forbidden', 'You may not', true],
  ['unknown', 'Not known', false],
  ['error', 'Not saved', false],
  ['refused', 'Refused', false],
  ['changed', 'Another was saved', false],
])(
  'after a save with outcome %s the editor gives the reasons, keeps the draft, and can save again',
  async (came, title, isElsewhere) => {
    outcome = came
    render(page())
    type('two')
    await press('Save')
    expect([screen.getByText(title), screen.getByText('Because')]).toHaveLength(2)
    expect(screen.queryByText('Elsewhere') !== null).toBe(isElsewhere)
    expect(field().value).toBe('two')
    outcome = 'saved'
    await press('Save')
    expect(closed).toHaveBeenCalledOnce()
  },
)

it.each([
  ['Take theirs', 'theirs'],
  ['Keep mine', 'mine'],
])('when another text was saved meanwhile Save is off until "%s"', async (choice, text) => {
  const { rerender } = render(page())
  type('mine')
  rerender(page({ kept: 'theirs' }))
  expect(screen.getByText('Another was saved')).toBeDefined()
  await press('Save')
  expect(sent).not.toHaveBeenCalled()
  await press(choice)
  expect(field().value).toBe(text)
  await press('Save')
  expect(sent.mock.calls).toEqual([[text, 'THEIRS']])
})
