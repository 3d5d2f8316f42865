import fc from 'fast-check'
import { renderToStaticMarkup } from 'react-dom/server'
import { describe, expect, it } from 'vitest'
import { ClusterText } from '#components/ui/cluster-text.tsx'
import { visible } from '#lib/csr/escape.ts'

const markup = (text: string, truncate: 'middle' | 'lines' = 'middle') =>
  renderToStaticMarkup(<ClusterText text={text} truncate={truncate} />)
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

it.each([
  ['v1.34.2', false],
  ['control-plane', true],
])('the text %s has a full value to show on hover: %s', (text, has) => {
  expect(markup(text).includes(`data-full="${text}"`)).toBe(has)
})

describe('a text cut in its middle', () => {
  it.each([
    ['kubernetes.io/kube-apiserver-client-kubelet', '-client-kubelet'],
    ['kubernetes.io/kubelet-serving', 'kubelet-serving'],
    [`kubernetes.io/${'x'.repeat(200)}.example.com/mesh`, 'xample.com/mesh'],
    ['an-escape-at-the-cut-\u202e0123456789ab', '\\u202e0123456789ab'],
    ['a-mark-at-the-cut-e\u0301-0123456789abc', 'e\u0301-0123456789abc'],
    ['a-short-one', ''],
  ])('a text cut %s keeps its end: %s', (text, end) => {
    expect(endOf(text)).toBe(end)
  })

  it.each(['middle', 'lines'] as const)(
    'a text cut in %s can be copied whole, as one word',
    (truncate) => {
      fc.assert(
        fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => {
          expect(words(markup(text, truncate))).toBe(visible(text))
        }),
      )
    },
  )
})

describe('a text over two lines', () => {
  const linesOf = (text: string) =>
    /<bdi[^>]*><span[^>]*>(.*)<\/span><span[^>]*>(.*)<\/span><\/bdi>/
      .exec(markup(text, 'lines'))
      ?.slice(1)
      .map(words)

  it.each([
    [
      'the node-bootstrapper',
      'system:serviceaccount:openshift-machine-config-operator:node-bootstrapper',
      ['system:serviceaccount:openshift-machine-', 'config-operator:node-bootstrapper'],
    ],
    [
      'a node',
      'system:node:worker-08.rack2.example.com',
      ['system:node:worker-08.', 'rack2.example.com'],
    ],
    ['a word without a seam', 'x'.repeat(30), ['x'.repeat(20), 'x'.repeat(10)]],
    [
      'escapes at the middle',
      `0123456789${'\u202e'.repeat(3)}abcdefgh`,
      ['0123456789\\u202e\\u202e\\u202e', 'abcdefgh'],
    ],
  ])('a text over two lines breaks %s after a seam behind its middle', (_, text, lines) => {
    expect(linesOf(text)).toEqual(lines)
  })
})
