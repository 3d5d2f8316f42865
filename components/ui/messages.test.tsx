import { renderToStaticMarkup } from 'react-dom/server'
import { describe, expect, it } from 'vitest'
import { plainWords, Words } from '#components/ui/messages.tsx'

const html = (text: string, blanks: Record<string, string>) =>
  renderToStaticMarkup(<Words text={text} blanks={blanks} />)

describe('a text of the catalogue', () => {
  it('a text of the catalogue has its code set as code, and its blanks filled', () => {
    expect(html('`exec` on {node}', { node: 'worker-1' })).toBe(
      '<code class="mono">exec</code> on <bdi class="kept-whole">worker-1</bdi>',
    )
  })

  it('a punctuation mark stays on the line of the value before it', () => {
    expect(html('for {names}, which no pattern allows.', { names: 'a.example.com' })).toBe(
      'for <span class="kept-whole"><bdi class="kept-whole">a.example.com</bdi>,</span> which no pattern allows.',
    )
  })

  it.each([
    ['markup', '<img src=x onerror=alert(1)>', '&lt;img src=x onerror=alert(1)&gt;'],
    ['marks of ours', '`a` {b}', '`a` {b}'],
  ])('a value with %s is shown as text', (_, value, shown) => {
    expect(html('{v}', { v: value })).toContain(`>${shown}</bdi>`)
  })

  it('an invisible character of a value is drawn as an escape', () => {
    expect(html('{v}', { v: 'a\u202eb' })).toContain('\\u202e')
    expect(plainWords('`exec` on {v}', { v: 'a\u202eb' })).toBe('exec on a\\u202eb')
  })
})
