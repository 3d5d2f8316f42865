import { YEAR_SECONDS } from '#lib/csr/units-of-time.ts'

/** `__Host-`: only this host can set it, over TLS and for every path. */
const SESSION = '__Host-countersign'
/** Lax: it must be sent when the provider sends the browser back. */
const SIGN_IN = '__Host-countersign-sign-in'
/** Lax: the page to which the provider sends the browser back needs it. */
const PREFERENCES = '__Host-countersign-preferences'
const HARDENED = 'Path=/; Secure; HttpOnly'

export const sessionCookie = (token: string): string =>
  `${SESSION}=${token}; ${HARDENED}; SameSite=Strict`

export const NO_SESSION_COOKIE = `${sessionCookie('')}; Max-Age=0`

export const signInCookie = (value: string): string =>
  `${SIGN_IN}=${value}; ${HARDENED}; SameSite=Lax; Max-Age=600`

export const NO_SIGN_IN_COOKIE = `${SIGN_IN}=; ${HARDENED}; SameSite=Lax; Max-Age=0`

export const preferencesCookie = (value: string): string =>
  `${PREFERENCES}=${value}; ${HARDENED}; SameSite=Lax; Max-Age=${YEAR_SECONDS}`

export const sessionOf = (header: string | undefined): string | null => cookieOf(header, SESSION)
export const signInOf = (header: string | undefined): string | null => cookieOf(header, SIGN_IN)
export const preferencesOf = (header: string | undefined): string | null =>
  cookieOf(header, PREFERENCES)

/** The value of a cookie; null without it, or where it occurs twice. */
function cookieOf(header: string | undefined, name: string): string | null {
  const values = (header ?? '').split(';').flatMap((pair) => {
    const [key, value] = pair.trim().split('=', 2)
    return key === name && value !== undefined ? [value] : []
  })
  const [value] = values
  return values.length === 1 && value !== undefined && /^[\w.-]{1,4096}$/.test(value) ? value : null
}
