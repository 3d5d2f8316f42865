/** Milliseconds after which an attempt is regained. */
const REGAINED_MS = 1_000

/** Attempts that are allowed at once, and regained one by one with time. */
export function createAllowance(now: () => number, burst: number) {
  let left = burst
  let at = now()
  function refill() {
    const regained = Math.floor((now() - at) / REGAINED_MS)
    if (regained <= 0) return
    left = Math.min(burst, left + regained)
    at += regained * REGAINED_MS
  }
  return {
    get left(): number {
      refill()
      return left
    },
    spend(): void {
      left = Math.max(0, left - 1)
    },
  }
}
