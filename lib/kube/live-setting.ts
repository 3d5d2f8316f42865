/** Whether kubelets are asked; and the HTTP proxy to do so through, where they are not reached else. */
export type LiveSetting = { readonly on: false } | { readonly on: true; readonly proxy: URL | null }

/** `COUNTERSIGN_LIVE_CERTIFICATES`: on unless it says `off`, and through a proxy where it names one. */
export function readLiveSetting(
  env: Readonly<Record<string, string | undefined>>,
): LiveSetting | { readonly problem: string } {
  const text = env.COUNTERSIGN_LIVE_CERTIFICATES || 'on'
  if (text === 'off') return { on: false }
  if (text === 'on') return { on: true, proxy: null }
  const proxy = URL.parse(text)
  if (proxy?.protocol === 'http:') return { on: true, proxy }
  return {
    problem: `COUNTERSIGN_LIVE_CERTIFICATES is "on", "off" or the http:// address of a proxy, not "${text}".`,
  }
}
