import type { ReactNode } from 'react'
import { renderToStaticMarkup } from 'react-dom/server'
import { describe, expect, it } from 'vitest'
import ErrorPage from '#app/error.tsx'
import NotFoundPage from '#app/not-found.tsx'
import { DocumentNotes } from '#components/document/document-notes.tsx'
import { Problems } from '#components/document/problems.tsx'
import { SaveTrouble } from '#components/document/save-trouble.tsx'
import { plainSaid, Said } from '#components/said.tsx'
import { Speak } from '#components/ui/messages.tsx'
import { CAUSES, type Cause, type CauseCode, cause, type Sentence } from '#lib/csr/cause.ts'
import { networkError } from '#lib/kube/transport/network-error.ts'
import { statusError } from '#lib/kube/transport/status-error.ts'
import { BRACKETS, brackets, languages, unspoken } from '#lib/messages/fixtures/brackets.ts'
import { languageFor } from '#lib/messages/languages.ts'
import { readPolicy } from '#lib/policy/read-policy.ts'
import { explain } from '#lib/refusals/explain.ts'
import { gate } from '#lib/web/door/gate.ts'

const markupIn = (language: string, node: ReactNode) =>
  renderToStaticMarkup(
    <Speak language={language} languages={languages}>
      {node}
    </Speak>,
  )
const textIn = (language: string, node: ReactNode) =>
  markupIn(language, node).replaceAll(/<[^>]+>/g, '')

const unspokenOf = (node: ReactNode) => unspoken(markupIn(BRACKETS, node))

const codes = Object.keys(CAUSES) as CauseCode[]
/** A cause whose blanks have different values. */
function sample(code: CauseCode): Cause {
  const values = Object.entries(CAUSES[code]).map(([name, kind]) => [
    name,
    kind === 'number' ? 7 : `the ${name}`,
  ])
  return { code, values: Object.fromEntries(values) }
}
const finding = { code: 'subject.commonName', finding: 'several', values: {} } as const

it('a second language is one more object of the same type, and the page speaks nothing else', () => {
  const language = languageFor('x-brackets, en;q=0.5', languages)
  const texts = [textIn(language, <NotFoundPage />), textIn('en', <NotFoundPage />)]
  expect(texts[0]).toMatch(/^(⟦[^⟦⟧]+⟧)+$/)
  expect(texts[0]?.replaceAll(/[⟦⟧]/g, '')).toBe(texts[1])
})

describe('a page in a second language gives each reason in that language, and whole', () => {
  it.each(codes)('the reason %s is whole in the second language', (code) => {
    const why = explain([sample(code)])
    const text = textIn(BRACKETS, <Said of={why} />)
    expect(text).toMatch(/^⟦[^⟦⟧]+⟧$/)
    // The sentence is the logs' one, in the other language.
    expect(text.replaceAll(/[⟦⟧]/g, '').replaceAll('&quot;', '"').replaceAll('&amp;', '&')).toBe(
      why.detail,
    )
    expect(unspokenOf(<Said of={why} />)).toBe('')
    expect(plainSaid(why, brackets)).toBe(`⟦${why.detail}⟧`)
  })

  it.each([
    ['a time as the page writes times', '2020-11-24T14:00:00Z', brackets.times.fullMoment],
    ['what is no time as it came', 'soon', () => 'soon'],
  ])('a page shows %s, and the logs have the text as it came', (_, time, shown) => {
    const why = explain([cause('decidedByAt', { status: 'Denied', person: 'kim', time })])
    expect(why.detail).toBe(`Denied by kim at ${time}`)
    const text = `⟦Denied by kim at ${shown(Date.parse(time))}⟧`
    expect(textIn(BRACKETS, <Said of={why} />)).toBe(text)
    expect(plainSaid(why, brackets)).toBe(text)
  })

  it('a refusal with the finding of a check becomes two sentences', () => {
    const why = explain([cause('neverApproved'), finding])
    expect(textIn(BRACKETS, <Said of={why} />)).toMatch(/^⟦[^⟦⟧]+⟧ ⟦[^⟦⟧]+⟧$/)
  })

  it.each([
    'ECONNREFUSED',
    'ENOTFOUND',
    'EAI_AGAIN',
    'UND_ERR_CONNECT_TIMEOUT',
    'EHOSTUNREACH',
    'ENETUNREACH',
    'ETIMEDOUT',
    'ECONNRESET',
    'EPIPE',
    'UND_ERR_SOCKET',
    'ERR_SSL_WRONG_VERSION_NUMBER',
    'CERT_HAS_EXPIRED',
    'ERR_TLS_CERT_ALTNAME_INVALID',
    'SELF_SIGNED_CERT_IN_CHAIN',
    'ESOMETHINGNEW',
  ])('the network’s error %s has no English words in a second language', (code) => {
    const { causes } = networkError(Object.assign(new Error('said so'), { code }), 'https://a')
    expect(unspokenOf(<Said of={explain(causes)} />)).toBe('')
  })

  it('the API server’s words are quoted as they came, apart from the sentence', () => {
    const { causes } = statusError({ message: 'bob may not' }, { status: 403, now: 0 })
    const markup = markupIn(BRACKETS, <Said of={explain(causes)} />)
    expect(markup).toMatch(/^⟦[^<]+“<bdi[^>]*>bob may not<\/bdi>”⟧$/)
  })

  it('an unknown code of a newer server is shown by that server’s English, as a quotation', () => {
    const newer = { code: 'newer', values: {} } as unknown as Sentence
    const why = { detail: 'It is too new.', causes: [cause('neverApproved'), newer] }
    expect(markupIn(BRACKETS, <Said of={why} />)).toMatch(/^<bdi[^>]*>It is too new\.<\/bdi>$/)
  })
})

describe('every place of a page that gives a reason', () => {
  const why = explain([sample('apiServerSaid')])
  const refused = gate(
    { method: 'GET', url: '/api/snapshot', headers: { host: ['elsewhere'] } },
    {
      hosts: { scheme: 'http', pages: 'here', scripts: new Set() },
      dev: false,
      authorize: () => 'session',
    },
    () => '',
  )
  const reading = readPolicy('spec: &a { rules: 1 }')
  const problems = ('problems' in reading ? reading.problems : []).map(
    ({ line, column, path, cause }) => ({ line, column, path, reason: 'x', causes: [cause] }),
  )
  const draft = { takeTheirs() {}, keepMine() {}, goTo() {} }
  const { editor, bad } = brackets.policy
  const titles = editor.outcomes

  it.each<[string, ReactNode]>([
    ['a problem', 'problem' in refused && <Said of={refused.problem} />],
    [
      'a page that broke',
      <ErrorPage key="broke" error={new TypeError('x is not a function')} reset={() => {}} />,
    ],
    [
      'a page that broke on the server',
      <ErrorPage
        key="server"
        error={Object.assign(new Error(''), { digest: '1a2b' })}
        reset={() => {}}
      />,
    ],
    ['lines of a policy', <Problems key="lines" problems={problems} onGoTo={() => {}} />],
    ...(['forbidden', 'unknown', 'error', 'changed'] as const).flatMap((outcome) => [
      [
        `a save: ${outcome}`,
        <SaveTrouble
          key={outcome}
          outcome={outcome}
          draft={{ ...draft, result: { outcome, ...why, problems } }}
          titles={titles}
        />,
      ] as [string, ReactNode],
    ]),
    [
      'a document’s place',
      <DocumentNotes key="notes" document={{ trouble: why, problems }} isInForce words={bad} />,
    ],
  ])('%s has no letter outside of the language and of quotations', (_, node) => {
    expect(textIn(BRACKETS, node)).toMatch(/⟦/)
    expect(unspokenOf(node)).not.toMatch(/\p{L}/u)
  })
})
