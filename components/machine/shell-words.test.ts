import { execFileSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { commandLine, shellWord } from '#components/machine/shell-words.ts'

const NAMES = [
  'csr-4kz7p',
  '',
  'a b?x=1#y&z',
  "it's",
  '$(touch /x)`id`;rm "x"',
  '<img src=x onerror=alert(1)>',
  'csr-\u202egnp.exe',
  'two\nlines',
  "both ' and \u200b\\",
  '!history',
]

describe('a name as one word of a shell command', () => {
  it.each(NAMES)('%j comes back from bash as it is', (name) => {
    const script = `printf %s ${shellWord(name)}`
    expect(execFileSync('bash', ['-c', script], { encoding: 'utf8' })).toBe(name)
  })

  it.each(NAMES)('%j can be read in full: printable ASCII only', (name) => {
    expect(shellWord(name)).toMatch(/^[\x20-\x7e]+$/)
  })

  it.each([
    [['csr-1'], 'oc describe csr csr-1'],
    [['csr-1', 'a b'], "oc describe csr csr-1 'a b'"],
    [['--all'], "oc describe csr -- '--all'"],
  ])('%j → %s', (names, line) => {
    expect(commandLine(['oc', 'describe', 'csr'], names)).toBe(line)
  })
})
