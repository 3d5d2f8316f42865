import type { DayRequest, KeptDay } from '#lib/cluster/kept-day.ts'
import { keepBrake } from '#lib/csr/approval/brake-keeper.ts'
import { type Captured, type Forecast, forecast } from '#lib/csr/approval/forecast.ts'
import { compareTexts } from '#lib/csr/compare-texts.ts'
import type { Policy } from '#lib/csr/policy/policy.ts'
import { firstThatFit } from '#lib/csr/reading/first-that-fit.ts'
import { sameValue } from '#lib/csr/same-value.ts'
import { searchWords } from '#lib/journal/search-text.ts'
import { inSlices } from '#lib/journal/slices.ts'
import {
  type ChangedRow,
  type Compared,
  type Fate,
  isApproved,
  type PolicyForecast,
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

export type Shadow = ReturnType<typeof createShadow>

/** A policy to judge the day by. */
interface Question {
  readonly policy: Policy
  readonly judge: (captured: Captured) => Forecast
  /** Whether the approver has approved the request within the limits, so that it counts. */
  readonly isGiven: (seen: DayRequest, judged: ShadowRow['forecast']) => boolean
}

export function createShadow(day: Pick<KeptDay, 'requests' | 'since'>) {
  /** Forecasts of the policy in force, which is asked again and again. */
  const known = new WeakMap<Captured, { policy: Policy; forecast: Forecast }>()

  function inForce(captured: Captured, policy: Policy): Forecast {
    const before = known.get(captured)
    if (before?.policy === policy) return before.forecast
    const answer = forecast(captured, policy)
    known.set(captured, { policy, forecast: answer })
    return answer
  }

  /**
   * Asks the policy in force. Each approval of the approver counts towards the brake, also one that
   * came after a person had released it.
   */
  const now = (policy: Policy): Question => ({
    policy,
    judge: (captured) => inForce(captured, policy),
    isGiven: isByApprover,
  })

  /**
   * Judges the requests of the last day in the order in which they were filed, as if each had come at
   * once: an approval is held back where the brake would have stopped it.
   */
  async function judgeDay(
    { policy, judge, isGiven }: Question,
    take: (row: ShadowRow) => void,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    let at = 0
    const brake = keepBrake({ now: () => at, onTrip() {} })

    function braked(seen: DayRequest, judged: ShadowRow['forecast']): ShadowRow['forecast'] {
      const { uid, nodeName: node, requestor } = seen
      at = Date.parse(seen.createdAt)
      if (isGiven(seen, judged)) brake.given(uid, { node, requestor, at })
      else if (approves(judged)) {
        const trip = brake.begin(uid, { node, requestor }, policy.automatic.limits)
        return { ...judged, held: trip?.scope ?? null }
      }
      return judged
    }

    const filed = [...day.requests()].sort((a, b) => compareTexts(a.createdAt, b.createdAt))
    await inSlices(
      filed,
      (seen) => {
        const captured = seen.captured()
        const isCaptured = typeof captured !== 'string'
        const judged = isCaptured ? { ...judge(captured), held: null } : { unjudged: captured }
        take(rowOf(seen, braked(seen, judged)))
      },
      signal,
    )
  }

  return {
    /** Compares the fate of each request of the last 24 h with the policy's action. */
    async compare(
      policy: Policy,
      query: ShadowQuery,
      signal?: AbortSignal,
    ): Promise<Omit<ShadowAnswer, 'serverTime'>> {
      const counts = noCounts()
      const words = searchWords(query.text)
      const rows: ShadowRow[] = []
      const take = (row: ShadowRow) => {
        counts[row.compared] += 1
        const asked = query.compared === null || query.compared === row.compared
        if (asked && matches(row, words)) rows.push(row)
      }
      await judgeDay(now(policy), take, signal)
      return {
        since: new Date(day.since).toISOString(),
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

    /** Differences between the draft's actions and those of the policy in force. */
    async preview(policy: Policy, draft: Policy, signal?: AbortSignal) {
      const counts = noCounts()
      const rows: ChangedRow[] = []
      const before = new Map<string, ShadowRow['forecast']>()
      await judgeDay(now(policy), ({ uid, forecast }) => before.set(uid, forecast), signal)
      const take = (row: ShadowRow) => {
        counts[row.compared] += 1
        const { forecast: after } = row
        const was = before.get(row.uid) ?? after
        if ('unjudged' in was || 'unjudged' in after) return
        if (isApproved(after) !== isApproved(was)) rows.push({ ...row, before: was })
      }
      const judge = (captured: Captured) => forecast(captured, draft)
      await judgeDay({ policy: draft, judge, isGiven: alsoGivenBy(draft, policy) }, take, signal)
      return {
        counts,
        changed: rows.length,
        rows: firstThatFit(rows.sort(differencesFirst), { ...ROOM, entries: PREVIEW_ROWS }),
      }
    },
  }
}

/** Whether the brake let it through, or a person had released the brake. */
function isByApprover({ fate, decider }: DayRequest): boolean {
  return fate === 'approved' && decider === 'approver'
}

/** Approvals of the approver, if the draft would approve them under the same limits. */
function alsoGivenBy(draft: Policy, inForce: Policy): Question['isGiven'] {
  const isSame = sameValue(draft.automatic.limits, inForce.automatic.limits)
  return (seen, judged) => isSame && isByApprover(seen) && approves(judged)
}

function approves(judged: ShadowRow['forecast']): judged is PolicyForecast {
  return !('unjudged' in judged) && isApproved(judged)
}

function noCounts(): Record<Compared, number> {
  return { same: 0, wouldApprove: 0, wouldLeave: 0, cannotTell: 0 }
}

function rowOf({ captured: _, ...seen }: DayRequest, judged: ShadowRow['forecast']): ShadowRow {
  return { ...seen, compared: comparedOf(seen.fate, judged), forecast: judged }
}

function comparedOf(fate: Fate, judged: ShadowRow['forecast']): Compared {
  if ('unjudged' in judged) return 'cannotTell'
  const isApproval = approves(judged)
  if (isApproval === (fate === 'approved')) return 'same'
  return isApproval ? 'wouldApprove' : 'wouldLeave'
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
