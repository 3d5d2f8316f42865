import { chmodSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { eachFolder } from '#lib/kube/fixtures/each-test.ts'
import { preferencesFile } from '#lib/settings/state-file.ts'
import { DEFAULT_PREFERENCES } from '#lib/wire/preferences.ts'
import { keepPreferences, preferencesBody } from './preference-store.ts'

const folder = eachFolder()
let file: string
let problems: string[]

beforeEach(() => {
  file = folder.file('state', 'countersign', 'preferences.json')
  problems = []
})
const keep = (place: string | null = file) => keepPreferences(place, (said) => problems.push(said))

function lies(text: string): void {
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, text)
}

describe('preferences', () => {
  it('preferences outlive the process, in a file that only the user can read', async () => {
    await keep().change({ theme: 'dark' })
    await keep().change({ letters: false })
    expect(keep().current()).toEqual({ theme: 'dark', language: null, letters: false })
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(statSync(dirname(file)).mode & 0o777).toBe(0o700)
    expect(readdirSync(dirname(file))).toEqual(['preferences.json'])
    expect(problems).toEqual([])
  })

  it('a preference applies at once, and of several changes the last is stored', async () => {
    const kept = keep()
    const all = [kept.change({ theme: 'dark' }), kept.change({ theme: 'light' })]
    expect(kept.current().theme).toBe('light')
    await Promise.all(all)
    expect(keep().current().theme).toBe('light')
  })

  it('two processes do not undo each other’s preferences', async () => {
    const [one, two] = [keep(), keep()]
    await one.change({ theme: 'dark' })
    await two.change({ letters: false })
    expect(keep().current()).toMatchObject({ theme: 'dark', letters: false })
  })

  it('the default preferences apply, without a report, where none are stored yet', () => {
    expect(keep().current()).toEqual(DEFAULT_PREFERENCES)
    expect(keep(null).current()).toEqual(DEFAULT_PREFERENCES)
    expect(problems).toEqual([])
  })

  it.each([
    ['no JSON', '{'],
    ['a secret, to which a link points', 'SECRET'],
    ['another field', '{"theme":"dark","language":null,"letters":true,"key":"x"}'],
    ['a field that is missing', '{"theme":"dark"}'],
    ['a theme that is none', '{"theme":"blue","language":null,"letters":true}'],
    ['a language with markup', '{"theme":null,"language":"\\"><script>","letters":true}'],
    ['more than ours ever has', ' '.repeat(5_000)],
  ])(
    'preferences in a file with %s are ignored, reported once, and written again',
    async (_, text) => {
      lies(text)
      const kept = keep()
      expect(kept.current()).toEqual(DEFAULT_PREFERENCES)
      await kept.change({ theme: 'dark' })
      await kept.change({ letters: false })
      expect(problems).toEqual([expect.stringContaining('until the end of this process only')])
      expect(problems.join()).not.toContain('SECRET')
      expect(keep().current()).toEqual({ theme: 'dark', language: null, letters: false })
    },
  )

  it('preferences last for the process where the file cannot be written, which is reported once', async () => {
    // A file in place of the folder: no right helps, not even root's.
    writeFileSync(folder.file('state'), '')
    chmodSync(folder.file('state'), 0o400)
    const kept = keep()
    await kept.change({ theme: 'dark' })
    await kept.change({ letters: false })
    expect(kept.current()).toEqual({ theme: 'dark', language: null, letters: false })
    expect(problems).toHaveLength(1)
  })
})

it.each([
  [{ XDG_STATE_HOME: '/state', HOME: '/home/kim' }, '/state/countersign/preferences.json'],
  [{ HOME: '/home/kim' }, '/home/kim/.local/state/countersign/preferences.json'],
  [
    { XDG_STATE_HOME: 'relative', HOME: '/home/kim' },
    '/home/kim/.local/state/countersign/preferences.json',
  ],
  [{ XDG_STATE_HOME: '', HOME: '/h' }, '/h/.local/state/countersign/preferences.json'],
])('preferencesFile(%o): %s', (env, expected) => {
  expect(preferencesFile(env)).toBe(expected)
})

it('preferences have no file where the system knows no home of this user', () => {
  const unknown = () => {
    throw new Error('uv_os_homedir returned ENOENT')
  }
  expect(preferencesFile({}, unknown)).toBeNull()
  expect(preferencesFile({ XDG_STATE_HOME: '/state' }, unknown)).toBe(
    '/state/countersign/preferences.json',
  )
})

it.each([
  [{ theme: 'dark' }, true],
  [{}, true],
  [{ theme: null, language: 'de-CH', letters: false }, true],
  [{ theme: 'blue' }, false],
  [{ language: 'x'.repeat(40) }, false],
  [{ letters: 'off' }, false],
  [{ more: 1 }, false],
])('a change to %o is accepted: %s', (body, taken) => {
  expect(preferencesBody.safeParse(body).success).toBe(taken)
})
