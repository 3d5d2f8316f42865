// @vitest-environment happy-dom
import { cleanup, fireEvent, render, screen } from '@testing-library/react'
import { afterEach, expect, it, vi } from 'vitest'
import { CopyButton } from '#components/ui/copy-button.tsx'

afterEach(() => {
  cleanup()
  vi.unstubAllGlobals()
})

/** A clipboard that records texts, also ones that arrive later. */
function clipboard(): string[] {
  const copied: string[] = []
  class Item {
    readonly data: Record<string, Promise<Blob>>
    constructor(data: Record<string, Promise<Blob>>) {
      this.data = data
    }
  }
  vi.stubGlobal('ClipboardItem', Item)
  vi.stubGlobal('navigator', {
    clipboard: {
      writeText: async (text: string) => void copied.push(text),
      async write([item]: readonly Item[]) {
        copied.push((await (await item?.data['text/plain'])?.text()) ?? '')
      },
    },
  })
  return copied
}

it.each<[string, string | (() => string | Promise<string>)]>([
  ['a text', 'rows'],
  ['a text that is made for it', () => 'rows'],
  ['a text that is read first', async () => 'rows'],
])('the button copies %s, and says so', async (_, text) => {
  const copied = clipboard()
  render(<CopyButton text={text} label="Copy" copiedLabel="Copied" />)
  fireEvent.click(screen.getByRole('button', { name: 'Copy' }))
  expect(await screen.findByRole('button', { name: 'Copied' })).toBeTruthy()
  expect(copied).toEqual(['rows'])
})

it('a text that cannot be read is not reported as copied', async () => {
  const copied = clipboard()
  let isAsked = false
  const read = async (): Promise<string> => {
    isAsked = true
    throw new Error('no answer')
  }
  render(<CopyButton text={read} label="Copy" copiedLabel="Copied" />)
  fireEvent.click(screen.getByRole('button', { name: 'Copy' }))
  await vi.waitFor(() => expect(isAsked).toBe(true))
  expect(screen.queryByRole('button', { name: 'Copied' })).toBe(null)
  expect(copied).toEqual([])
})
