import { type InForce, whyNotInForce } from '#lib/cluster/documents.ts'
import type { LogEntry } from '#lib/kube/log/process-log.ts'
import { inEnglish } from '#lib/messages/english.ts'

const UNREAD = 'not read yet'

/** The reason in English why the policy's document is not in force; null when it is. */
export function policyTrouble({ policyDocument }: Pick<InForce, 'policyDocument'>): string | null {
  if (policyDocument === null) return null
  if (policyDocument.status === 'unread') return UNREAD
  const causes = whyNotInForce(policyDocument)
  return causes.length === 0 ? null : inEnglish(causes)
}

/** The trouble of the list of expected machines in English: a problem of its text is a line and a code. */
export function expectedTrouble({
  expectedDocument,
}: Pick<InForce, 'expectedDocument'>): string | null {
  const { status, causes, problems } = expectedDocument
  if (status === 'unread') return UNREAD
  if (status !== 'read') return causes.length === 0 ? null : inEnglish(causes)
  const [first, ...more] = problems
  if (first === undefined) return null
  const rest = more.length > 0 ? ` (and ${more.length} more)` : ''
  return `line ${first.line ?? '-'}: ${first.code}${rest}`
}

/** Log lines about what has changed in the documents. */
export function documentNews(after: InForce, before: InForce): readonly LogEntry[] {
  const { policy, barred, paused } = after
  const news: LogEntry[] = []
  if (policy !== before.policy && policy !== null) {
    const { name, generation, automatic } = policy
    news.push({ event: 'policy', policy: name, generation, mode: automatic.mode })
  }
  const problem = policyTrouble(after)
  if (problem !== policyTrouble(before) && problem !== null) {
    news.push({ event: 'policyProblem', problem })
  }
  if (barred?.code !== before.barred?.code) {
    news.push(
      barred === null
        ? { event: 'policyUsable' }
        : { event: 'policyProblem', problem: inEnglish([barred]) },
    )
  }
  const listProblem = expectedTrouble(after)
  if (listProblem !== expectedTrouble(before) && listProblem !== null) {
    news.push({ event: 'expectedProblem', problem: listProblem })
  }
  if (paused !== before.paused) news.push({ event: paused ? 'paused' : 'resumed' })
  return news
}
