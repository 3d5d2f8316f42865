import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { eachFolder } from '#lib/kube/fixtures/each-test.ts'

/** Writes lines of 300 bytes, and reports on standard error how many were taken. */
const PROGRAM = `
  const { writeOut } = await import('#lib/kube/log/standard-output.ts')
  let taken = 0
  process.on('exit', () => process.stderr.write('taken: ' + taken))
  while (taken < 100) {
    await writeOut('x'.repeat(299) + '\\n')
    taken += 1
  }
`

const folder = eachFolder()

/** Null: a pipe whose reader has ended. */
async function run(output: string | null): Promise<{ code: unknown; errors: string }> {
  const file = output === null ? 'pipe' : openSync(output, 'a')
  const child = spawn(process.execPath, ['--input-type=module', '--eval', PROGRAM], {
    stdio: ['ignore', file, 'pipe'],
  })
  child.stdout?.destroy()
  if (typeof file === 'number') closeSync(file)
  let errors = ''
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
    errors += chunk
  })
  const [code] = await once(child, 'close')
  return { code, errors }
}

it('every line goes into a file', async () => {
  const file = folder.file('log')
  expect(await run(file)).toEqual({ code: 0, errors: 'taken: 100' })
  expect(readFileSync(file, 'utf8').split('\n')).toHaveLength(101)
})

it.each([
  ['on a full disk', '/dev/full', /so this ends: ENOSPC.*\ntaken: 0$/],
  ['to a reader that has ended', null, /so this ends: .*EPIPE.*\ntaken: 0$/],
])(
  'the process ends at the first line where nothing can be written %s',
  async (_, output, said) => {
    expect(await run(output)).toEqual({ code: 1, errors: expect.stringMatching(said) })
  },
)

it('the process ends at a line that the disk takes only in part', async ({ skip }) => {
  skip(process.getuid?.() !== 0, 'only root can mount a small disk')
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4k', 'tmpfs', folder.path])
  try {
    const { code, errors } = await run(folder.file('log'))
    // 13 lines have 3,900 bytes; 196 bytes of the next one fit.
    expect([code, errors]).toEqual([1, expect.stringMatching(/so this ends: ENOSPC.*\ntaken: 13$/)])
  } finally {
    execFileSync('umount', [folder.path])
  }
})

it('a help whose reader has ended is no error', async () => {
  const program = "(await import('#lib/kube/log/standard-output.ts')).writeHelp('Usage')"
  const child = spawn(process.execPath, ['--input-type=module', '--eval', program])
  child.stdout.destroy()
  let errors = ''
  child.stderr.on('data', (chunk) => {
    errors += chunk
  })
  expect([await once(child, 'close'), errors]).toEqual([[0, null], ''])
})
