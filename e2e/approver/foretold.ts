import type { Automatic } from '#lib/csr/approval/automatic.ts'
import type { App } from '../fixtures/app.ts'
import type { ApproverProcess } from './approver-process.ts'

/** Forecast of a policy for a request: `approve`, or the reason and check that leave it. */
export type Foretold = 'approve' | `${string}, ${string}`

/** Fields of the policy page's answer that the tests read. */
export interface ShadowAnswer {
  /** Generation of the policy. */
  readonly generation: string
  readonly counts: Readonly<Record<'same' | 'wouldApprove' | 'wouldLeave' | 'cannotTell', number>>
  readonly rows: readonly {
    readonly uid: string
    readonly compared: string
    readonly forecast: { readonly automatic: Automatic } | { readonly unjudged: string }
  }[]
}

/** The approver's last answer by uid; of a machine's requests it reports the newest. */
export function toldBy(approver: ApproverProcess): ReadonlyMap<string, Foretold> {
  const told = new Map<string, Foretold>()
  for (const { event, uid, because, check } of approver.log) {
    if (event === 'wouldApprove') told.set(String(uid), 'approve')
    if (event === 'left') told.set(String(uid), `${because}, ${check}`)
  }
  return told
}

/** Requests that the approver in shadow mode ever reported as approvable. */
export function everWould(approver: ApproverProcess): ReadonlySet<string> {
  const lines = approver.log.filter(({ event }) => event === 'wouldApprove')
  return new Set(lines.map(({ uid }) => String(uid)))
}

/** Answer for the policy page: everything, differences first, or the query's part. */
export async function shadowOf(app: App, query = ''): Promise<ShadowAnswer> {
  const response = await app.fetch(`/api/policy/forecast${query}`)
  if (!response.ok) throw new Error(`forecast: ${response.status} ${await response.text()}`)
  return (await response.json()) as ShadowAnswer
}

/** Forecasts of the policy page by uid, for requests that have one. */
export function foretoldIn({ rows }: ShadowAnswer): ReadonlyMap<string, Foretold> {
  const foretold = new Map<string, Foretold>()
  for (const { uid, forecast } of rows) {
    if ('unjudged' in forecast) continue
    const { automatic } = forecast
    foretold.set(
      uid,
      automatic.act === 'approve' ? 'approve' : `${automatic.because}, ${automatic.check}`,
    )
  }
  return foretold
}
