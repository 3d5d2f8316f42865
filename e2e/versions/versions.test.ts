import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { MINORS, minorOf, withKubernetes } from './kubernetes-module.ts'
import { withTried } from './versions-table.ts'

const tried = { contract: 154, mainFlow: 2, failed: 0, at: '2026-12-01' }
const empty =
  'Before.\n\n<!-- tried: written by `npm run versions`, do not edit -->\n<!-- /tried -->\n\nAfter.\n'
const rowsOf = (document: string) => document.split('\n').filter((line) => line.startsWith('| v'))

describe('the table of tried versions', () => {
  it('the table of tried versions has one row for each minor, the lowest first, and leaves the text around it', () => {
    let document = withTried(empty, { version: 'v1.37.2', ...tried })
    document = withTried(document, { version: 'v1.33.13', ...tried })
    document = withTried(document, { version: 'v1.37.3', ...tried, failed: 1 })
    expect(rowsOf(document)).toEqual([
      '| v1.33.13 | 154 | 2 | 0 | 2026-12-01 |',
      '| v1.37.3 | 154 | 2 | 1 | 2026-12-01 |',
    ])
    expect(document).toMatch(/^Before\.[\s\S]*After\.\n$/)
  })

  it('a document without the table’s markers is an error', () => {
    expect(() => withTried('Nothing.', { version: 'v1.37.2', ...tried })).toThrow('markers')
  })
})

describe('a module with another Kubernetes', () => {
  const goMod = readFileSync(new URL('../../sandbox/control-plane/go.mod', import.meta.url), 'utf8')

  it.each(MINORS)('the module for $version names no module of another version', (minor) => {
    const versions = withKubernetes(goMod, minor).match(/ v[01]\.3[3-9]\.\d+$/gm) ?? []
    const own = [` ${minor.version}`, ` ${minor.version.replace('v1.', 'v0.')}`]
    expect(versions.length).toBeGreaterThan(20)
    expect(versions.filter((version) => !own.includes(version))).toEqual([])
  })

  it('the module is tried for five minors in a row', () => {
    expect(MINORS.map(minorOf)).toEqual(['1.33', '1.34', '1.35', '1.36', '1.37'])
  })
})
