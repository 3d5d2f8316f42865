import type { Automatic } from '#lib/csr/approval/automatic.ts'
import type { App } from '../fixtures/app.ts'
import type { ApproverProcess } from './approver-process.ts'

/** Forecast of a policy for a request: `approve`, or the reason and check that leave it. */
export type ForecastText = 'approve' | `${string}, ${string}`

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
export function loggedBy(approver: ApproverProcess): ReadonlyMap<string, ForecastText> {
  const logged = new Map<string, ForecastText>()
  for (const { event, uid, because, check } of approver.log) {
    if (event === 'wouldApprove') logged.set(String(uid), 'approve')
    if (event === 'left') logged.set(String(uid), `${because}, ${check}`)
  }
  return logged
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
export function forecastsIn({ rows }: ShadowAnswer): ReadonlyMap<string, ForecastText> {
  const forecasts = new Map<string, ForecastText>()
  for (const { uid, forecast } of rows) {
    if ('unjudged' in forecast) continue
    const { automatic } = forecast
    forecasts.set(
      uid,
      automatic.act === 'approve' ? 'approve' : `${automatic.because}, ${automatic.check}`,
    )
  }
  return forecasts
}
