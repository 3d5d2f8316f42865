import { afterDenial } from '#components/decide/after-denial.ts'
import { useReportOutcome, viewOf } from '#components/decide/report-outcome.tsx'
import { deniedRequests, purposeOf, type Target, targetName } from '#components/decide/target.ts'
import { Said } from '#components/said.tsx'
import { Sentences, useMessages, Words } from '#components/ui/messages.tsx'
import { showToast } from '#components/ui/toast.tsx'
import type { Messages } from '#lib/messages/catalogue.ts'
import type { DecidableRequest, DecidedItem } from '#lib/query/mutations.ts'

/** Names shown; further ones are counted. */
const NAMED = 3

/** Reports denied targets with the outcome of each request, in order. */
type Report = (
  targets: readonly Target[],
  requests: readonly DecidableRequest[],
  items: readonly DecidedItem[],
) => void

type DenialWords = Messages['decide']['deny']['result']

interface Answer {
  readonly request: DecidableRequest
  readonly item: DecidedItem
  readonly outcome: Exclude<DecidedItem['outcome'], 'busy' | 'left'>
}

/**
 * Reports a denial: which requests were not denied, and why. Where one was, also what the kubelets
 * do next. A single failed denial is reported as any other decision.
 */
export function useReportDenial(): Report {
  const { deny, view } = useMessages().decide
  const { result } = deny
  const reportOne = useReportOutcome()
  return (targets, requests, items) => {
    const byRequest = new Map(
      targets.flatMap((target) => deniedRequests(target).map(({ uid }) => [uid, target] as const)),
    )
    const targetOf = (request: DecidableRequest): Target =>
      byRequest.get(request.uid) ?? { kind: 'request', request }
    const answers = requests.flatMap((request, at): readonly Answer[] => {
      const item = items[at]
      if (item === undefined || item.outcome === 'busy' || item.outcome === 'left') return []
      return [{ request, item, outcome: item.outcome }]
    })
    const others = answers.filter(({ outcome }) => outcome !== 'denied')
    const denied = answers.filter(({ outcome }) => outcome === 'denied')
    const left = items.filter(({ outcome }) => outcome === 'left').length
    const [first] = answers
    const [only] = targets
    if (first === undefined && left === 0) return
    const one = requests.length === 1 ? first : undefined
    if (one !== undefined && denied.length === 0) {
      const { request, item } = one
      reportOne({ decision: 'deny', target: targetOf(request), request, item })
      return
    }
    const after = afterDenial(denied.map(({ request }) => request))
    const named = folded(others, ({ request }) => targetName(targetOf(request)))
    showToast({
      tone: others.every(({ outcome }) => outcome === 'already') ? 'plain' : 'bad',
      title:
        one === undefined ? (
          titleOf(result, answers, left)
        ) : (
          <Words
            text={result.deniedOne[purposeOf(one.request.signerName)]}
            blanks={{ name: targetName(targetOf(one.request)) }}
          />
        ),
      description: (
        <>
          <Others groups={named} />
          {(after === 'kubelet' || after === 'stranger') && <p>{result.next[after]}</p>}
        </>
      ),
      view: only === undefined || targets.length > 1 ? null : viewOf(only, view),
    })
  }
}

function titleOf(words: DenialWords, answers: readonly Answer[], left: number): string {
  const count = (which: Answer['outcome']) =>
    answers.filter(({ outcome }) => outcome === which).length
  const [denied, unknown, all] = [count('denied'), count('unknown'), answers.length + left]
  if (left > 0) return words.stopped(denied, all, unknown)
  if (denied === all) return words.denied(all)
  if (denied + unknown === 0) return words.none(all)
  return denied + unknown === all ? words.unclear(all) : words.some(denied, all, unknown)
}

/** Requests of one machine with the same outcome and explanation. */
interface Group {
  readonly name: string
  readonly answers: readonly Answer[]
}

function folded(answers: readonly Answer[], nameOf: (answer: Answer) => string): readonly Group[] {
  const groups = Map.groupBy(answers, (answer) => {
    return JSON.stringify([nameOf(answer), answer.outcome, answer.item.detail])
  })
  return [...groups.values()].map((answers) => ({
    name: answers[0] === undefined ? '' : nameOf(answers[0]),
    answers,
  }))
}

/** The requests that were not denied. */
function Others({ groups }: { readonly groups: readonly Group[] }) {
  const { bulk, decide } = useMessages()
  const { result, more } = decide.deny
  const rest = groups.slice(NAMED).flatMap(({ answers }) => answers).length
  if (groups.length === 0) return null
  return (
    <ul>
      {groups.slice(0, NAMED).map(({ name, answers: [first, ...others] }) => {
        if (first === undefined) return null
        const { item, outcome } = first
        const blanks = { name, outcome: <>{bulk.run.outcomes[outcome]}</> }
        return (
          <li key={item.uid}>
            <Sentences>
              <Words text={result.not(others.length + 1)} blanks={blanks} />
              {item.detail !== null && <Said of={item} />}
            </Sentences>
          </li>
        )
      })}
      {rest > 0 && <li>{more(rest)}</li>}
    </ul>
  )
}
