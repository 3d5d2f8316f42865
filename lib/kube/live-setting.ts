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
  if (proxy !== null && isProxy(proxy)) return { on: true, proxy }
  // Without its text: there may be a password in it.
  return {
    problem:
      'COUNTERSIGN_LIVE_CERTIFICATES is "on", "off" or the address of an HTTP proxy, http://<host>:<port>, with <user>:<password>@ before the host where it wants them, percent-encoded.',
  }
}

function isProxy({ protocol, pathname, search, hash, username, password }: URL): boolean {
  if (protocol !== 'http:' || pathname !== '/' || search !== '' || hash !== '') return false
  try {
    decodeURIComponent(`${username}:${password}`)
    return true
  } catch {
    return false
  }
}
