import { globSync, readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { renderToStaticMarkup } from 'react-dom/server'
import { expect, it } from 'vitest'
import { addressOf } from '#app/guide/guide-texts.ts'
import { parseMarkdown } from '#app/guide/headings.ts'
import { Markdown } from '#app/guide/markdown.tsx'
import { CHANGES, GUIDE_SECTIONS, guidePath } from '#components/shell/guide-sections.ts'
import { LANGUAGE_TAGS } from '#lib/messages/languages.ts'

const root = new URL('../../', import.meta.url)
const read = (path: string) => readFileSync(new URL(path, root), 'utf8')

const FILES = ['CHANGELOG.md', ...globSync('docs/*.md', { cwd: root })]
const nameOf = (path: string) => (path === 'CHANGELOG.md' ? CHANGES : basename(path, '.md'))
const PAGES = new Map(FILES.map((path) => [guidePath(nameOf(path)), path]))

function draw(text: string, path: string): string {
  return renderToStaticMarkup(
    <Markdown
      {...parseMarkdown(text)}
      addressOf={(href) => addressOf(href, `/${path}`)}
      anchors={[]}
      codeLabel="Code"
    />,
  )
}

/** Whether a page shows the document, and the document has the heading. */
function exists(address: string): boolean {
  const [page = '', anchor = ''] = address.split('#')
  const path = PAGES.get(page)
  if (path === undefined) return false
  return (
    anchor === '' ||
    parseMarkdown(read(path)).headings.some(
      (heading) => heading.anchor === decodeURIComponent(anchor),
    )
  )
}

it.each(Object.entries(GUIDE_SECTIONS))(
  'the page %s has a section in the guide: %s',
  (_, section) => {
    expect(exists(section)).toBe(true)
  },
)

it.each(FILES)(
  'the whole document %s is drawn, and its links lead to pages and headings',
  (path) => {
    const html = draw(read(path), path)
    expect(html).toMatch(/^<h1 id="[\w-]+"/)
    const links = [...html.matchAll(/ href="([^"]+)"/g)].map(([, address = '']) => address)
    const inside = links.filter((address) => !address.startsWith('https://'))
    const broken = inside.filter(
      (address) => !exists(address.startsWith('#') ? guidePath(nameOf(path)) + address : address),
    )
    expect(broken).toEqual([])
  },
)

it.each(globSync(`docs/{${LANGUAGE_TAGS.join()}}/*.md`, { cwd: root }))(
  'the translation %s has the headings of its original',
  (path) => {
    const depths = (text: string) => parseMarkdown(text).headings.map(({ token }) => token.depth)
    expect(depths(read(path))).toEqual(depths(read(path.replace(/\/\w+\//, '/'))))
  },
)

it('a heading has the anchor that GitHub gives it, also where two have the same text', () => {
  const anchors = (text: string) => parseMarkdown(text).headings.map(({ anchor }) => anchor)
  expect(
    anchors('# OpenShift’s `machine-approver`\n\n## Why is this waiting?\n\n## *A b*\n\n## A b'),
  ).toEqual(['openshifts-machine-approver', 'why-is-this-waiting', 'a-b', 'a-b-1'])
  expect(anchors('## 判定 (CSR) について')).toEqual(['判定-csr-について'])
})

it('HTML in a document is shown as text', () => {
  const html = draw(
    'a <b onclick="x()">c</b>\n\n<script>alert(1)</script>\n\n| d |\n| --- |\n| <img src=x> |',
    'docs/guide.md',
  )
  expect(html).not.toMatch(/<(?:b|script|img)\b/)
  expect(html).toContain('&lt;script&gt;alert(1)&lt;/script&gt;')
  expect(html).toContain('&lt;img src=x&gt;')
})

it.each([
  ['policy.md#the-document', 'docs/guide.md', '/guide/policy#the-document'],
  ['guide.md', 'docs/policy.md', '/guide'],
  ['docs/scripts.md', 'CHANGELOG.md', '/guide/scripts'],
  ['../CHANGELOG.md', 'docs/guide.md', '/guide/changelog'],
  ['#denying', 'docs/guide.md', '#denying'],
  ['../guide.md', 'docs/ja/install.md', '/guide'],
  ['https://example.com/', 'docs/guide.md', 'https://example.com/'],
  ['decisions/0016-a-denial-stands.md', 'docs/guide.md', null],
  ['../README.md', 'docs/guide.md', null],
  ['javascript:alert(1)', 'docs/guide.md', null],
])('the link %s in %s leads to %s', (href, path, address) => {
  expect(addressOf(href, `/${path}`)).toBe(address)
})

it('the headings of a translation also have the anchors of the original', () => {
  const html = renderToStaticMarkup(
    <Markdown
      {...parseMarkdown('# 手引き\n\n## 拒否')}
      addressOf={() => null}
      anchors={['guide', 'denying']}
      codeLabel="Code"
    />,
  )
  expect(html).toContain('<span id="denying"></span>')
})
