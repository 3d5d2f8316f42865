import fc from 'fast-check'
import { renderToStaticMarkup } from 'react-dom/server'
import { describe, expect, it } from 'vitest'
import { ClusterText } from '#components/ui/cluster-text.tsx'
import { visible } from '#lib/csr/escape.ts'

const markup = (text: string) => renderToStaticMarkup(<ClusterText text={text} truncate="middle" />)
const words = (html: string) =>
  html
    .replaceAll(/<[^>]+>/g, '')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#x27;', "'")
    .replaceAll('&amp;', '&')

/** The part of the text that is never cut. */
function endOf(text: string): string {
  const [, end = ''] =
    /<\/span><span class="inline-block[^"]*">(.*)<\/span><\/bdi>/.exec(markup(text)) ?? []
  return words(end)
}

describe('a text cut in its middle', () => {
  it.each([
    ['kubernetes.io/kube-apiserver-client-kubelet', '-client-kubelet'],
    ['kubernetes.io/kubelet-serving', 'kubelet-serving'],
    [`kubernetes.io/${'x'.repeat(200)}.example.com/mesh`, 'xample.com/mesh'],
    ['an-escape-at-the-cut-\u202e0123456789ab', '\\u202e0123456789ab'],
    ['a-mark-at-the-cut-e\u0301-0123456789abc', 'e\u0301-0123456789abc'],
    ['a-short-one', ''],
  ])('%s keeps its end: %s', (text, end) => {
    expect(endOf(text)).toBe(end)
  })

  it('is the whole text, as one word', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => {
        expect(words(markup(text))).toBe(visible(text))
      }),
    )
  })
})
