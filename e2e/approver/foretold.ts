import type { Automatic } from '#lib/csr/policy/automatic.ts'
import type { App } from '../fixtures/app.ts'
import type { ApproverProcess } from './approver-process.ts'

/** What a policy does with a request by itself: `approve`, or what leaves it and at which check. */
export type Foretold = 'approve' | `${string}, ${string}`

/** As much of what the policy page is told as is looked at. */
export interface ShadowAnswer {
  /** Which text of the policy it is about. */
  readonly generation: string
  readonly counts: Readonly<Record<'same' | 'wouldApprove' | 'wouldLeave' | 'cannotTell', number>>
  readonly rows: readonly {
    readonly uid: string
    readonly compared: string
    readonly forecast: { readonly automatic: Automatic } | { readonly unjudged: string }
  }[]
}

/** By uid, what the approver has said of each last: of a machine's requests it tells the newest. */
export function toldBy(approver: ApproverProcess): ReadonlyMap<string, Foretold> {
  const told = new Map<string, Foretold>()
  for (const { event, uid, because, check } of approver.log) {
    if (event === 'wouldApprove') told.set(String(uid), 'approve')
    if (event === 'left') told.set(String(uid), `${because}, ${check}`)
  }
  return told
}

/** Of which requests it ever said, watching, that it would approve them. */
export function everWould(approver: ApproverProcess): ReadonlySet<string> {
  const lines = approver.log.filter(({ event }) => event === 'wouldApprove')
  return new Set(lines.map(({ uid }) => String(uid)))
}

/** What the policy page is told: all, differences first, or what a query asks for. */
export async function shadowOf(app: App, query = ''): Promise<ShadowAnswer> {
  const response = await app.fetch(`/api/policy/forecast${query}`)
  if (!response.ok) throw new Error(`forecast: ${response.status} ${await response.text()}`)
  return (await response.json()) as ShadowAnswer
}

/** The same by uid, as far as anything can be said of a request. */
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
