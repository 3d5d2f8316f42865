'use client'

import { useReportOutcome } from '#components/decide/report-outcome.tsx'
import { deniedRequests, type Target, targetName } from '#components/decide/target.ts'
import { useMessages, Words } from '#components/messages.tsx'
import { Said } from '#components/said.tsx'
import { useSay } from '#components/ui/live-region.tsx'
import { showToast } from '#components/ui/toast.tsx'
import { isKubeletSigner } from '#lib/csr/names.ts'
import type { DecidedItem } from '#lib/query/decisions.ts'
import type { ListedRequest } from '#lib/query/wire.ts'

/** So many are named; more are counted. */
const NAMED = 3

/** What was denied, and what came of each of its requests, in their order. */
type Report = (
  targets: readonly Target[],
  requests: readonly ListedRequest[],
  items: readonly DecidedItem[],
) => void

interface Answer {
  readonly request: ListedRequest
  readonly item: DecidedItem
  readonly outcome: Exclude<DecidedItem['outcome'], 'busy'>
}

/**
 * Says how a denial went: which were not denied, and why; where any was, what the kubelets do next.
 * Of a single one that was not, what any decision says.
 */
export function useReportDenial(): Report {
  const { result } = useMessages().decide.deny
  const say = useSay()
  const reportOne = useReportOutcome()
  return (targets, requests, items) => {
    const targetOf = (request: ListedRequest): Target =>
      targets.find((target) => deniedRequests(target).includes(request)) ?? {
        kind: 'request',
        request,
      }
    const answers = requests.flatMap((request, at): readonly Answer[] => {
      const item = items[at]
      if (item === undefined || item.outcome === 'busy') return []
      return [{ request, item, outcome: item.outcome }]
    })
    const others = answers.filter(({ outcome }) => outcome !== 'denied')
    const denied = answers.filter(({ outcome }) => outcome === 'denied')
    const [first] = answers
    if (first === undefined) return
    if (requests.length === 1) {
      reportOne('deny', targetOf(first.request), first.request, first.item)
      if (denied.length === 0) return
    }
    const title =
      others.length === 0
        ? result.denied(denied.length)
        : denied.length === 0
          ? result.none(answers.length)
          : result.some(denied.length, answers.length)
    const named = others.slice(0, NAMED).map((answer) => ({
      ...answer,
      name: targetName(targetOf(answer.request)),
    }))
    say(title)
    showToast({
      tone: others.every(({ outcome }) => outcome === 'already') ? 'plain' : 'bad',
      title,
      description: (
        <>
          {others.length > 0 && <Others named={named} count={others.length} />}
          {denied.some(({ request }) => isKubeletSigner(request.signerName)) && (
            <p>{result.next}</p>
          )}
        </>
      ),
    })
  }
}

interface OthersProps {
  readonly named: readonly (Answer & { readonly name: string })[]
  readonly count: number
}

/** Those that were not denied. */
function Others({ named, count }: OthersProps) {
  const { bulk, decide } = useMessages()
  const { result, more } = decide.deny
  return (
    <ul>
      {named.map(({ name, item, outcome }) => (
        <li key={item.uid}>
          <Words text={result.not} blanks={{ name, outcome: <>{bulk.run.outcomes[outcome]}</> }} />{' '}
          {item.detail !== null && <Said of={item} />}
        </li>
      ))}
      {count > named.length && <li>{more(count - named.length)}</li>}
    </ul>
  )
}
