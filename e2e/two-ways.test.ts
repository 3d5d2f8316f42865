import { execFile } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { beforeAll, describe, expect, it } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))
const WAYS = [
  { way: 'from an event of the watch to a painted row', mostFiles: 36, mostWaits: 9 },
  { way: 'from a click on Approve to the PUT', mostFiles: 24, mostWaits: 10 },
]
/** Files that run in a page, and are held to each other by their imports. */
const IN_BROWSER = /^(?:components|lib\/query)\//

interface Row {
  readonly files: readonly string[]
  readonly does: string
  /** Places where the row waits, each with the reason. */
  readonly waits: readonly string[]
}

/** Files on each stack of a running server, the caller first. */
let stacks: readonly (readonly string[])[] = []
beforeAll(async () => {
  const program = join(root, 'e2e/ways/traced-server.ts')
  const { stdout } = await promisify(execFile)(process.execPath, [program], {
    maxBuffer: 64 * 1024 * 1024,
  })
  const said = stdout.trim().split('\n').at(-1) ?? ''
  stacks = (JSON.parse(said) as readonly string[]).map((stack) => stack.split(' '))
})

describe.each(WAYS)('the way $way', ({ way, mostFiles, mostWaits }) => {
  const rows = rowsOf(way)
  const files = new Set(rows.flatMap((row) => row.files))

  it('the way has few files, all of which exist, and few waits', () => {
    expect([...files].filter((file) => !existsSync(join(root, file)))).toEqual([])
    expect(files.size).toBeGreaterThan(10)
    expect(files.size).toBeLessThanOrEqual(mostFiles)
    expect(rows.flatMap(({ waits }) => waits).length).toBeLessThanOrEqual(mostWaits)
  })

  it('the files of each row of the server call each other in this order, and no file between them is left out', () => {
    const onServer = rows.filter(({ files }) => !files.some((file) => IN_BROWSER.test(file)))
    expect(onServer.length).toBeGreaterThan(3)
    expect(onServer.filter(({ files }) => !areCalled(files))).toEqual([])
  })

  it('the files of each row of the page import each other in this order', () => {
    const inPage = rows.filter(({ files }) => files.every((file) => IN_BROWSER.test(file)))
    expect(inPage.length).toBeGreaterThan(0)
    const loose = inPage.flatMap(({ files }) =>
      files.filter((file, at) => at > 0 && !areTied(files[at - 1] ?? '', file)),
    )
    expect(loose).toEqual([])
  })

  it('each row goes on from where the row before it put the work down', () => {
    const loose = rows.filter(({ files }, at) => {
      const before = rows[at - 1]
      if (before === undefined || before.does.includes('over HTTP')) return false
      return !rows
        .slice(0, at)
        .some((earlier) => earlier.files.some((file) => files.includes(file)))
    })
    expect(loose).toEqual([])
  })
})

/** Whether one stack has these files and no other between the first and the last of them. */
function areCalled(files: readonly string[]): boolean {
  const [first = '', last = ''] = [files[0], files.at(-1)]
  return stacks.some((stack) => {
    const passed = stack.slice(stack.indexOf(first), stack.lastIndexOf(last) + 1)
    return stack.includes(first) && [...new Set(passed)].join() === files.join()
  })
}

/** Whether one of the two imports the other. */
function areTied(a: string, b: string): boolean {
  return imports(a, b) || imports(b, a)
}

function imports(from: string, to: string): boolean {
  return readFileSync(join(root, from), 'utf8').includes(`from '#${to}'`)
}

function rowsOf(way: string): readonly Row[] {
  const [, after = ''] = readFileSync(join(root, 'ARCHITECTURE.md'), 'utf8').split(`| ${way} |`)
  const [table = ''] = after.split('\n\n')
  return table
    .split('\n')
    .slice(2)
    .map((line) => {
      const [, names = '', does = '', waits = ''] = line.split('|').map((cell) => cell.trim())
      return {
        does,
        waits: waits === '' ? [] : waits.split(';'),
        files: [...names.matchAll(/`([^`]+)`/g)].map(([, file = '']) => file),
      }
    })
}
