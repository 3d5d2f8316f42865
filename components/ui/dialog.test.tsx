// @vitest-environment happy-dom
import { cleanup, fireEvent, render, screen } from '@testing-library/react'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { Button, type ButtonLook } from '#components/ui/button.tsx'
import { Dialog } from '#components/ui/dialog.tsx'

const pressed = vi.fn<(name: string) => void>()
beforeEach(() => vi.clearAllMocks())
afterEach(cleanup)

function open(look: ButtonLook, off = false): HTMLElement {
  render(
    <Dialog
      open
      onClose={() => pressed('close')}
      title="Approve"
      footer={
        <>
          <Button onClick={() => pressed('cancel')}>{'Cancel'}</Button>
          <Button
            look={look}
            off={off ? { text: 'The name is not right.' } : null}
            onClick={() => pressed('go')}
          >
            {'Go'}
          </Button>
        </>
      }
    >
      <input aria-label="Name" />
    </Dialog>,
  )
  return screen.getByRole('textbox', { name: 'Name' })
}

const enter = (on: HTMLElement, keys: object) => fireEvent.keyDown(on, { key: 'Enter', ...keys })

it.each([
  ['Ctrl+Enter', 'primary', false, { ctrlKey: true }, ['go']],
  ['⌘↵', 'primary', false, { metaKey: true }, ['go']],
  ['Ctrl+Enter', 'danger', false, { ctrlKey: true }, ['go']],
  ['Enter alone', 'primary', false, {}, []],
  ['a held Ctrl+Enter', 'primary', false, { ctrlKey: true, repeat: true }, []],
  ['Ctrl+Enter', 'danger', true, { ctrlKey: true }, []],
  ['Ctrl+Enter', 'plain', false, { ctrlKey: true }, []],
] as const)(
  'the key %s in a field of a dialog whose button is %s (off: %s)',
  (_, look, off, keys, expected) => {
    enter(open(look, off), keys)
    expect(pressed.mock.calls.flat()).toEqual(expected)
  },
)

it('Ctrl+Enter on another button presses the primary button, and not that one', () => {
  open('primary')
  enter(screen.getByRole('button', { name: 'Cancel' }), { ctrlKey: true })
  expect(pressed.mock.calls.flat()).toEqual(['go'])
})

it('the title has the focus where the field that should have it is not drawn', async () => {
  const field = { current: null }
  render(
    <Dialog open onClose={() => {}} title="Approve" focus={field}>
      {'Two people decide this.'}
    </Dialog>,
  )
  await vi.waitFor(() => expect(document.activeElement?.textContent).toBe('Approve'))
})
