/** An address and port to listen at. */
export interface ListenAddress {
  readonly host: string
  readonly port: number
}

/** `127.0.0.1:9090`, `localhost:9090` or `[::]:9090`; null for an empty text. */
export function readListenAddress(
  text: string | undefined,
  name: string,
): ListenAddress | null | { readonly problem: string } {
  if (text === undefined || text === '') return null
  const [, bracketed, bare, digits] =
    /^(?:\[([0-9a-f:.]+)\]|(\d{1,3}(?:\.\d{1,3}){3}|localhost)):(\d{1,5})$/i.exec(text) ?? []
  const host = bracketed ?? bare
  const port = Number(digits)
  if (host === undefined || port > 65_535) {
    return { problem: `${name}: "${text}" is no <address>:<port>, as 127.0.0.1:9090.` }
  }
  return { host, port }
}
