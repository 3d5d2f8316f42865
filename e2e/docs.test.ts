import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))
const read = (path: string) => readFileSync(join(root, path), 'utf8')

const GUIDES = [
  'ARCHITECTURE.md',
  'README.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
  ...globSync('docs/*.md', { cwd: root }),
]
const ALL = [...GUIDES, 'CHANGELOG.md', ...globSync('docs/decisions/*.md', { cwd: root })]
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

it.each(GUIDES)('%s names the version that this is', (path) => {
  const { version } = JSON.parse(read('package.json')) as { version: string }
  const named = [...read(path).matchAll(/\bcountersign[:-](\d+\.\d+\.\d+)/g)]
  expect(named.filter(([, one]) => one !== version)).toEqual([])
})

/** Anchors as GitHub makes them. */
function headingsOf(path: string): string[] {
  const headings = [...read(path).matchAll(/^#+ (.*)$/gm)]
  return headings.map(([, text = '']) =>
    text
      .toLowerCase()
      .replace(/[^\w -]/g, '')
      .replaceAll(' ', '-'),
  )
}
