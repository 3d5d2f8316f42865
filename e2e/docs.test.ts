import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { LANGUAGE_TAGS } from '#lib/messages/languages.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const read = (path: string) => readFileSync(join(root, path), 'utf8')

const [, ...TRANSLATIONS] = LANGUAGE_TAGS
const TRANSLATED = TRANSLATIONS.flatMap((tag) => [
  `README.${tag}.md`,
  ...globSync(`docs/${tag}/*.md`, { cwd: root }),
])
const GUIDES = [
  'ARCHITECTURE.md',
  'README.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
  ...globSync('docs/*.md', { cwd: root }),
  ...TRANSLATED,
]
const ALL = [...GUIDES, 'CHANGELOG.md', ...globSync('docs/decisions/*.md', { cwd: root })]
const TOOLS = 'kubectl|oc|helm|npx|npm|countersign|cosign|docker|podman'
const FOLDERS = 'app|approver|bench|bin|biome|cli|components|deploy|docs|e2e|lib|sandbox'

it.each(ALL)('%s links to files and headings that exist', (path) => {
  const links = [...read(path).matchAll(/\]\((?!https?:)([^)#]*)(?:#([^)]+))?\)/g)]
  const broken = links.flatMap(([link, file = '', heading]) => {
    const target = file === '' ? path : join(dirname(path), file)
    if (!existsSync(join(root, target))) return [link]
    return heading === undefined || headingsOf(target).includes(heading) ? [] : [link]
  })
  expect(broken).toEqual([])
})

it.each(GUIDES)('%s names files that exist', (path) => {
  const names = [...read(path).matchAll(new RegExp(`\`((?:${FOLDERS})/[\\w./*-]*)\``, 'g'))]
  const missing = names.filter(([, name = '']) => globSync(name, { cwd: root }).length === 0)
  expect(missing.map(([, name]) => name)).toEqual([])
})

it.each(GUIDES)('%s names the present version', (path) => {
  const { version } = JSON.parse(read('package.json')) as { version: string }
  const named = [...read(path).matchAll(/(?:\bcountersign[:-]|--version )(\d+\.\d+\.\d+)/g)]
  expect(named.filter(([, one]) => one !== version)).toEqual([])
})

it.each(TRANSLATIONS)('the language %s has its documents, and its room on pages', (tag) => {
  const names = [
    `README.${tag}`,
    `docs/${tag}/guide`,
    `docs/${tag}/install`,
    `docs/glossary-${tag}`,
  ]
  expect(names.filter((name) => !existsSync(join(root, `${name}.md`)))).toEqual([])
  for (const path of ['app/guide/guide-texts.ts', 'lib/web/door/source-digest.ts']) {
    expect(read(path)).toContain(`docs/${tag}/*`)
  }
  const styles = read('app/globals.css')
  expect(styles).toContain(`@custom-variant ${tag} (&:lang(${tag}));`)
  expect(styles).toContain(`:root:lang(${tag}) {`)
})

it.each(TRANSLATED)('%s names the commands of its English text', (path) => {
  const english = path.replace(/\.\w+\.md$/, '.md').replace(/^docs\/\w+\//, 'docs/')
  expect(commandsOf(read(path))).toEqual(commandsOf(read(english)))
})

/** Lines of the code blocks without their comments, and commands set as code in the text. */
function commandsOf(markdown: string): string[] {
  const BLOCK = /^ *```.*\n([\s\S]*?)^ *```$/gm
  const lines = [...markdown.matchAll(BLOCK)].flatMap(([, block = '']) =>
    block.replaceAll('\\\n', ' ').split('\n'),
  )
  const spans = [...markdown.replaceAll(BLOCK, '').matchAll(/`([^`]+)`/g)]
  const isCommand = new RegExp(`^(?:${TOOLS})(?:\\s|$)`)
  return [
    ...lines.map((line) => line.replace(/(?:^|\s)# .*$/, '')),
    ...spans.map(([, span = '']) => span).filter((span) => isCommand.test(span)),
  ]
    .map((command) => command.replaceAll(/\s+/g, ' ').trim())
    .filter((command, index, all) => command !== '' && all.indexOf(command) === index)
    .sort()
}

/** Anchors of the headings, as GitHub makes them. */
function headingsOf(path: string): string[] {
  const headings = [...read(path).matchAll(/^#+ (.*)$/gm)]
  return headings.map(([, text = '']) =>
    text
      .toLowerCase()
      .replace(/[^\p{L}\p{N}_ -]/gu, '')
      .replaceAll(' ', '-'),
  )
}
