import { describe, expect, it } from 'vitest'
import ErrorPage from '#app/error.tsx'
import { plainSaid, Said } from '#components/said.tsx'
import { textOf } from '#components/ui/fixtures/text-of.ts'
import { Words } from '#components/ui/messages.tsx'
import type { Sentence } from '#lib/csr/cause.ts'
import { layPem } from '#lib/csr/fixtures/pem-layout.ts'
import { readPem } from '#lib/csr/reading/pem.ts'
import { problemList } from '#lib/csr/reading/reading-problems.ts'
import { statusError } from '#lib/kube/transport/status-error.ts'
import { en } from '#lib/messages/en.ts'
import { explain } from '#lib/refusals/explain.ts'

const HOSTILE = 'denied:\nline two \u202e\\u0041'
const SHOWN = 'denied:\\u000aline two \\u202e\\u005cu0041'

describe('words of a stranger are escaped once, wherever they are shown', () => {
  const error = statusError({ message: HOSTILE }, { status: 403, now: 0 })
  const why = explain(error.causes)

  it('the API server’s words are escaped once in English, on a page, in plain text and in a stack trace', () => {
    expect(why.detail).toBe(`The API server said: “${SHOWN}”`)
    expect(textOf(<Said of={why} />)).toBe(why.detail)
    expect(plainSaid(why, en)).toBe(why.detail)
    expect(error.message).toBe(SHOWN)
  })

  it('the words of an error that broke a page are escaped once', () => {
    const page = <ErrorPage error={new Error(HOSTILE)} reset={() => {}} />
    expect(textOf(page)).toContain(`The error says: “${SHOWN}”`)
  })

  it('words from a newer server with unknown codes are escaped once', () => {
    const newer = { code: 'newer', values: {} } as unknown as Sentence
    const { detail, causes } = explain([...error.causes])
    const untold = { detail, causes: [...causes, newer] }
    expect(textOf(<Said of={untold} />)).toBe(detail)
    expect(plainSaid(untold, en)).toBe(detail)
  })

  it.each<[string, string, { leading?: string; trailing?: string }]>([
    ['textBefore', 'There is text before the PEM block: ', { leading: `${HOSTILE}\n` }],
    ['textAfter', 'There is text after the PEM block: ', { trailing: HOSTILE }],
  ])('words beside the PEM block are escaped once: %s', (code, sentence, layout) => {
    const { problems, report } = problemList()
    readPem(layPem(Uint8Array.of(1), layout), 'CERTIFICATE REQUEST', report)
    const [{ detail } = { detail: '' }] = problems
    expect(problems).toMatchObject([{ code }])
    const text = en.reading[code as 'textBefore' | 'textAfter']
    expect(textOf(<Words text={text} blanks={{ detail }} />)).toBe(sentence + SHOWN)
    const finding = { code: 'request.faithful', finding: code, values: { detail } } as const
    expect(explain([finding]).detail).toMatch(sentence + SHOWN)
  })
})
