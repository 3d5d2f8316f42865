const HOUR_MS = 3_600_000
const MINUTE_MS = 60_000

export const DEFAULT_IDLE = '12h'
/** Default in team mode, where people share an address. */
export const SERVICE_IDLE = '10m'
const LEAST_MS = MINUTE_MS
/** A week; Node's timers end at 24 days. */
const MOST_MS = 168 * HOUR_MS

/**
 * Reads `COUNTERSIGN_SESSION_IDLE`, a Go duration: a session's longest time without a visible page.
 */
export function readSessionIdle(
  env: Readonly<Record<string, string | undefined>>,
  usual = DEFAULT_IDLE,
): { readonly ms: number } | { readonly problem: string } {
  const text = env.COUNTERSIGN_SESSION_IDLE || usual
  const [, hours, minutes, seconds] =
    /^(?:(\d{1,5})h)?(?:(\d{1,5})m)?(?:(\d{1,6})s)?$/.exec(text) ?? []
  const ms =
    Number(hours ?? 0) * HOUR_MS + Number(minutes ?? 0) * MINUTE_MS + Number(seconds ?? 0) * 1000
  if (ms >= LEAST_MS && ms <= MOST_MS) return { ms }
  return {
    problem:
      'COUNTERSIGN_SESSION_IDLE takes a duration from 1m to 168h, such as 30m, 12h or 1h30m.',
  }
}
