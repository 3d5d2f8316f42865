import { readFileSync, statSync } from 'node:fs'
import { z } from 'zod'
import { preferencesCookie, preferencesOf } from '#lib/people/session-cookie.ts'
import { jsonOf, replaceFile, reportOnce } from '#lib/settings/state-file.ts'
import { DEFAULT_PREFERENCES, type Preferences } from '#lib/wire/preferences.ts'

export type PreferenceStore = ReturnType<typeof keepPreferences>

const theme = z.enum(['light', 'dark']).nullable()
const language = z
  .string()
  .regex(/^[A-Za-z0-9]{1,8}(-[A-Za-z0-9]{1,8}){0,3}$/)
  .nullable()
const letters = z.boolean()

const preferences = z.strictObject({ theme, language, letters })

/** The preferences to change. */
export const preferencesBody = z.strictObject({
  theme: theme.exactOptional(),
  language: language.exactOptional(),
  letters: letters.exactOptional(),
})

/**
 * Reads the preferences that a team's browser keeps: the server stores nothing of a person for
 * them.
 */
export function browserPreferences(cookies: string | undefined): Preferences {
  const text = Buffer.from(preferencesOf(cookies) ?? '', 'base64url').toString()
  const reading = preferences.safeParse(jsonOf(text))
  return reading.success ? reading.data : DEFAULT_PREFERENCES
}

export function cookieWith(kept: Preferences): string {
  return preferencesCookie(Buffer.from(JSON.stringify(kept)).toString('base64url'))
}

/**
 * Preferences in a file. Where it cannot be read or written they last until the process ends, and
 * `onProblem` is called once.
 */
export function keepPreferences(file: string | null, onProblem: (words: string) => void) {
  let last: Promise<void> = Promise.resolve()
  const words = 'Preferences are kept until the end of this process only'
  const report = reportOnce(words, onProblem)
  let current = read() ?? DEFAULT_PREFERENCES

  /** Null when there is no file, or an unreadable one. */
  function read(): Preferences | null {
    if (file === null) return null
    try {
      const stat = statSync(file, { throwIfNoEntry: false })
      if (stat === undefined) return null
      // Our file is far smaller.
      if (!stat.isFile() || stat.size > 4_096) throw new Error(`${file} is no file of ours.`)
      const reading = preferences.safeParse(jsonOf(readFileSync(file, 'utf8')))
      if (reading.success) return reading.data
      report(`${file} has other fields than expected.`)
    } catch (error) {
      report(error)
    }
    return null
  }

  async function write(change: Partial<Preferences>): Promise<void> {
    if (file === null) return
    try {
      // Another Countersign, of another cluster, may have changed other preferences.
      await replaceFile(file, `${JSON.stringify({ ...(read() ?? current), ...change })}\n`)
    } catch (error) {
      report(error)
    }
  }

  return {
    current: (): Preferences => current,
    /** Applies a change at once, and resolves once it is in the file. Never rejects. */
    change(change: Partial<Preferences>): Promise<void> {
      current = { ...current, ...change }
      last = last.then(() => write(change))
      return last
    },
  }
}
