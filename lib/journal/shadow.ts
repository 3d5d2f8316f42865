import type { History, SeenRequest } from '#lib/cluster/history.ts'
import { type CapturedRequest, type Forecast, forecast } from '#lib/csr/approval/forecast.ts'
import { compareTexts } from '#lib/csr/compare-texts.ts'
import { BrakeReplay } from '#lib/csr/policy/brake-replay.ts'
import type { Policy } from '#lib/csr/policy/policy.ts'
import { firstThatFit } from '#lib/csr/reading/first-that-fit.ts'
import { inSlices } from '#lib/journal/slices.ts'
import {
  type ChangedRow,
  type Compared,
  type Fate,
  isApproved,
  PREVIEW_ROWS,
  SHADOW_ROWS,
  type ShadowAnswer,
  type ShadowRow,
} from '#lib/wire/policy-answers.ts'
import type { Range } from '#lib/wire/range.ts'

/** Most characters of the answer, for texts of any length. */
const ROOM = { characters: 1_500_000 }

export interface ShadowQuery extends Range {
  /** The kind of rows; null for all. */
  readonly compared: Compared | null
  /** Words that all have to occur in the names or the requestor. */
  readonly text: string
}

export interface Shadow {
  /** Compares the fate of each request of the last 24 h with the policy's action. */
  compare(
    policy: Policy,
    query: ShadowQuery,
    signal?: AbortSignal,
  ): Promise<Omit<ShadowAnswer, 'serverTime'>>
  /** Differences between the draft's actions and those of the policy in force. */
  preview(
    inForce: Policy,
    draft: Policy,
    signal?: AbortSignal,
  ): Promise<{
    readonly counts: Record<Compared, number>
    readonly changed: number
    readonly rows: readonly ChangedRow[]
  }>
}

interface Judged {
  readonly seen: SeenRequest
  forecast: ShadowRow['forecast']
}

export function createShadow(history: Pick<History, 'requests' | 'since'>): Shadow {
  /** Forecasts of the policy in force, which is asked again and again. */
  const known = new WeakMap<
    CapturedRequest,
    { readonly policy: Policy; readonly forecast: Forecast }
  >()

  function inForce(captured: CapturedRequest, policy: Policy): Forecast {
    const before = known.get(captured)
    if (before?.policy === policy) return before.forecast
    const answer = forecast(captured, policy)
    known.set(captured, { policy, forecast: answer })
    return answer
  }

  async function judgeAll(
    policy: Policy,
    judge: (captured: CapturedRequest) => Forecast,
    isGiven: IsGiven,
    signal: AbortSignal | undefined,
  ): Promise<readonly Judged[]> {
    const judged: Judged[] = []
    await inSlices(
      history.requests(),
      (seen) => {
        const captured = seen.captured()
        const forecast =
          typeof captured === 'string' ? { unjudged: captured } : { ...judge(captured), held: null }
        judged.push({ seen, forecast })
      },
      signal,
    )
    await holdBack(judged, policy, isGiven, signal)
    return judged
  }

  return {
    async compare(policy, query, signal) {
      const counts = noCounts()
      const words = query.text.toLowerCase().split(/\s+/).filter(Boolean)
      const rows: ShadowRow[] = []
      await inSlices(
        await judgeAll(policy, (captured) => inForce(captured, policy), isByApprover, signal),
        ({ seen, forecast: judged }) => {
          const row = rowOf(seen, judged)
          counts[row.compared] += 1
          const asked = query.compared === null || query.compared === row.compared
          if (asked && matches(row, words)) rows.push(row)
        },
        signal,
      )
      return {
        since: new Date(history.since).toISOString(),
        generation: policy.generation,
        counts,
        matching: rows.length,
        from: query.from,
        rows: firstThatFit(rows.sort(differencesFirst).slice(query.from, query.to), {
          ...ROOM,
          entries: SHADOW_ROWS,
        }),
      }
    },

    async preview(policy, draft, signal) {
      const counts = noCounts()
      const rows: ChangedRow[] = []
      const now = await judgeAll(
        policy,
        (captured) => inForce(captured, policy),
        isByApprover,
        signal,
      )
      const inForceNow = new Map(now.map(({ seen, forecast: judged }) => [seen.uid, judged]))
      await inSlices(
        await judgeAll(
          draft,
          (captured) => forecast(captured, draft),
          alsoGivenBy(draft, policy),
          signal,
        ),
        ({ seen, forecast: after }) => {
          const row = rowOf(seen, after)
          counts[row.compared] += 1
          const before = inForceNow.get(seen.uid) ?? after
          if ('unjudged' in before || 'unjudged' in after) return
          if (isApproved(after) !== isApproved(before)) rows.push({ ...row, before })
        },
        signal,
      )
      return {
        counts,
        changed: rows.length,
        rows: firstThatFit(rows.sort(differencesFirst), { ...ROOM, entries: PREVIEW_ROWS }),
      }
    },
  }
}

/** Whether the approver has approved the request within the limits, so that it counts. */
type IsGiven = (judged: Judged) => boolean

/** Marks approvals that the brake would have stopped, if each had come at once. */
async function holdBack(
  judged: readonly Judged[],
  { automatic: { limits } }: Policy,
  isGiven: IsGiven,
  signal: AbortSignal | undefined,
): Promise<void> {
  const replay = new BrakeReplay(limits)
  const counting = judged.filter((one) => isGiven(one) || isApprovedIn(one))
  await inSlices(
    counting.sort((a, b) => compareTexts(a.seen.createdAt, b.seen.createdAt)),
    (one) => {
      const { seen, forecast: it } = one
      const { uid, nodeName: node, requestor } = seen
      const approval = { node, requestor, at: Date.parse(seen.createdAt) }
      if (isGiven(one) || 'unjudged' in it) replay.count(uid, approval)
      else one.forecast = { ...it, held: replay.next(uid, approval) }
    },
    signal,
  )
}

/** Whether the brake let it through, or a person had released the brake. */
function isByApprover({ seen: { fate, decider } }: Judged): boolean {
  return fate === 'approved' && decider === 'approver'
}

/** Approvals of the approver, if the draft would approve them under the same limits. */
function alsoGivenBy(draft: Policy, inForce: Policy): IsGiven {
  const [its, now] = [draft.automatic.limits, inForce.automatic.limits]
  const isSame =
    its.perNode === now.perNode && its.perRequestor === now.perRequestor && its.total === now.total
  return (judged) => isSame && isByApprover(judged) && isApprovedIn(judged)
}

function isApprovedIn({ forecast: it }: Judged): boolean {
  return !('unjudged' in it) && isApproved(it)
}

function noCounts(): Record<Compared, number> {
  return { same: 0, wouldApprove: 0, wouldLeave: 0, cannotTell: 0 }
}

function rowOf({ captured: _, ...seen }: SeenRequest, judged: ShadowRow['forecast']): ShadowRow {
  return { ...seen, compared: comparedOf(seen.fate, judged), forecast: judged }
}

function comparedOf(fate: Fate, judged: ShadowRow['forecast']): Compared {
  if ('unjudged' in judged) return 'cannotTell'
  const approves = isApproved(judged)
  if (approves === (fate === 'approved')) return 'same'
  return approves ? 'wouldApprove' : 'wouldLeave'
}

const RANK: Readonly<Record<Compared, number>> = {
  wouldApprove: 1,
  wouldLeave: 2,
  cannotTell: 3,
  same: 4,
}

/** The rank of a row: denied requests that the policy would approve come first. */
function rank({ compared, fate }: ShadowRow): number {
  return compared === 'wouldApprove' && fate !== 'pending' ? 0 : RANK[compared]
}

function differencesFirst(a: ShadowRow, b: ShadowRow): number {
  return rank(a) - rank(b) || compareTexts(moment(b), moment(a)) || compareTexts(a.uid, b.uid)
}

function moment({ endedAt, createdAt }: ShadowRow): string {
  return endedAt ?? createdAt
}

function matches({ name, nodeName, requestor, by }: ShadowRow, words: readonly string[]): boolean {
  if (words.length === 0) return true
  const text = `${name}\n${nodeName ?? ''}\n${requestor}\n${by ?? ''}`.toLowerCase()
  return words.every((word) => text.includes(word))
}
