import { spawnSync } from 'node:child_process'
import {
  cpSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))

/** One folder of each kind in the table, and one outside the table. */
const FOLDERS = [
  '#app/x.ts',
  '#components/x.tsx',
  '#components/ui/x.tsx',
  '#lib/csr/x.ts',
  '#lib/csr/escape.ts',
  '#lib/kube/x.ts',
  '#lib/wire/x.ts',
  '#lib/messages/en/x.ts',
  '#lib/metrics/x.ts',
  '#lib/policy/x.ts',
  '#lib/query/x.ts',
  '#lib/refusals/x.ts',
  '#lib/settings/x.ts',
  '#lib/cluster/x.ts',
  '#lib/journal/x.ts',
  '#lib/people/x.ts',
  '#lib/act/x.ts',
  '#lib/web/x.ts',
  '#approver/x.ts',
  '#bin/x.ts',
  '#sandbox/scenarios/x.ts',
  '#e2e/x.ts',
  '#sandbox/control-plane/x.ts',
]
const PACKAGES = [
  '@base-ui/react/dialog',
  '@bufbuild/cel',
  '@bufbuild/re2',
  '@kubernetes/client-node',
  '@tanstack/react-query',
  '@tanstack/react-virtual',
  'csv-parse/sync',
  'geist/font/sans',
  'left-pad',
  'lucide-react',
  'next',
  'next/link',
  'next/navigation',
  'node:crypto',
  'node:fs',
  'node:worker_threads',
  'oidc-provider',
  'openid-client',
  'pg',
  'prom-client',
  'react',
  'undici',
  'yaml',
  'zod',
]

interface Row {
  readonly folder: string
  /** Folders that its line of the table allows, without itself. */
  readonly folders: string
  readonly packages: string
}

it('each folder imports only what the table in ARCHITECTURE.md allows', () => {
  const rows = tableOfFolders()
  expect(rows.map(({ folder }) => folder)).toContain('lib/csr')
  const probes = rows.flatMap((row) =>
    [...FOLDERS, ...PACKAGES, './x.ts', '../x.ts', '../../x.ts'].map((from) => ({ row, from })),
  )
  const refused = refusedBy(probes.map(({ row, from }) => ({ folder: row.folder, from })))
  const wrong = probes.flatMap(({ row, from }, index) => {
    const may = mayImport(row, from)
    if (may !== refused.has(index)) return []
    return `${row.folder} may ${may ? '' : 'not '}import ${from}`
  })
  expect(wrong).toEqual([])
})

it('a room of lib/csr may import itself and the rooms above it in ARCHITECTURE.md', () => {
  const rooms = roomsOfDomain()
  expect(rooms).toContain('lib/csr/world')
  const probes = rooms.flatMap((folder, place) =>
    rooms.map((room, above) => ({ folder, from: `#${room}/x.ts`, may: above <= place })),
  )
  const refused = refusedBy(probes)
  expect(probes.filter(({ may }, index) => may === refused.has(index))).toEqual([])
})

it('only the two files that start an owner of decisions import the PUT of an approval', () => {
  const sources = globSync('{app,approver,bin,cli,components,lib}/**/*.{ts,tsx}', { cwd: root })
  const PUT =
    /^import \{[^}]*\bwriteDecision\b[^}]*\} from '#lib\/kube\/writes\/approval-write\.ts'$/m
  const importing = sources.filter(
    (path) => !path.endsWith('.test.ts') && PUT.test(readFileSync(join(root, path), 'utf8')),
  )
  expect(importing.sort()).toEqual(['approver/start-approver.ts', 'lib/act/start-decisions.ts'])
})

function roomsOfDomain(): string[] {
  const text = readFileSync(join(root, 'ARCHITECTURE.md'), 'utf8')
  const [, after = ''] = text.split('| room | holds |')
  const [table = ''] = after.split('\n\n')
  return [...table.matchAll(/^\| `(.+)\/` \|/gm)].map(([, room = '']) => room)
}

function tableOfFolders(): Row[] {
  const text = readFileSync(join(root, 'ARCHITECTURE.md'), 'utf8')
  const [, section = ''] = text.split('## Folders, and what they may import')
  const [table = ''] = section.split('\n## ')
  return table.split('\n').flatMap((line) => {
    const [folder, , folders, packages] = line.split('|').slice(1)
    const name = /^ `(.+)\/` $/.exec(folder ?? '')?.[1]
    if (name === undefined || folders === undefined || packages === undefined) return []
    return { folder: name, folders, packages }
  })
}

function mayImport({ folder, folders, packages }: Row, from: string): boolean {
  if (from.startsWith('../')) return false
  if (from.startsWith('./')) return true
  if (from.startsWith('#')) {
    const named = [...quotedIn(folders), folder]
    if (folders.includes('all of `lib`')) named.push('lib')
    return named.some((name) => from === `#${name}` || from.startsWith(`#${name}/`))
  }
  if (packages.includes('any')) return true
  if (from.startsWith('node:') && packages.includes("Node's")) return true
  return quotedIn(packages).some((name) => from === name || from.startsWith(`${name}/`))
}

function quotedIn(cell: string): string[] {
  return [...cell.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name)
}

/** Indexes of the probes that our linter refuses. */
function refusedBy(probes: readonly { folder: string; from: string }[]): Set<number> {
  const at = mkdtempSync(join(tmpdir(), 'imports-'))
  try {
    cpSync(join(root, 'biome.json'), join(at, 'biome.json'))
    cpSync(join(root, 'biome'), join(at, 'biome'), { recursive: true })
    for (const [index, { folder, from }] of probes.entries()) {
      const file = join(at, folder, `probe-${index}.ts`)
      mkdirSync(dirname(file), { recursive: true })
      writeFileSync(file, `import { x } from '${from}'\n\nx()\n`)
    }
    const args = ['lint', '--only=style/noRestrictedImports', '--max-diagnostics=none']
    const { stdout } = spawnSync(
      join(root, 'node_modules/.bin/biome'),
      [...args, '--vcs-enabled=false', '--reporter=github'],
      { cwd: at, encoding: 'utf8' },
    )
    return new Set([...stdout.matchAll(/probe-(\d+)\.ts/g)].map(([, index]) => Number(index)))
  } finally {
    rmSync(at, { recursive: true })
  }
}
