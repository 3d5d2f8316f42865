/** Attempts that are allowed at once, and regained one by one with time. */
export function createAllowance(
  now: () => number,
  { burst, forgiveMs }: { readonly burst: number; readonly forgiveMs: number },
) {
  let left = burst
  let at = now()
  function refill() {
    const forgiven = Math.floor((now() - at) / forgiveMs)
    if (forgiven <= 0) return
    left = Math.min(burst, left + forgiven)
    at += forgiven * forgiveMs
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
