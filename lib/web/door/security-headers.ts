/** Headers of every answer, independent of the caller. */
const ALWAYS: Readonly<Record<string, string>> = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
  'origin-agent-cluster': '?1',
  'x-frame-options': 'DENY',
  'x-dns-prefetch-control': 'off',
  'permissions-policy':
    'accelerometer=(), autoplay=(), camera=(), display-capture=(), encrypted-media=(), fullscreen=(self), geolocation=(), gyroscope=(), hid=(), magnetometer=(), microphone=(), midi=(), payment=(), serial=(), usb=(), xr-spatial-tracking=()',
}

/** Makes browsers use only TLS with this host, for a year. */
export const HSTS: Readonly<Record<string, string>> = {
  'strict-transport-security': 'max-age=31536000',
}

/** Content-Security-Policy of data, which is never shown as a document. */
const DATA_POLICY =
  "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

/** Headers of data: JSON, streams, probes, refusals. */
export function dataHeaders(): Readonly<Record<string, string>> {
  return { ...ALWAYS, 'content-security-policy': DATA_POLICY }
}

/** Headers of pages and their static files; workers take their policy from their own script's. */
export function pageHeaders(policy: string): Readonly<Record<string, string>> {
  return { ...ALWAYS, 'content-security-policy': policy }
}

/**
 * The page's Content-Security-Policy. Next reads the nonce out of the *request's* header of that
 * name, so the same text goes both ways.
 *
 * `style-src-attr 'unsafe-inline'`: React writes style attributes into server-rendered HTML.
 * No `require-trusted-types-for`: Turbopack's runtime sets the `src` of script elements to plain
 * text, and Next's error page its styles.
 * `dev` adds what Next's development client needs: eval for React's stacks, inline styles of its
 * overlay.
 */
export function pagePolicy(nonce: string, dev: boolean): string {
  return [
    "default-src 'none'",
    `script-src 'self' 'nonce-${nonce}'${dev ? " 'unsafe-eval'" : ''}`,
    "script-src-attr 'none'",
    dev ? "style-src 'self' 'unsafe-inline'" : `style-src 'self' 'nonce-${nonce}'`,
    "style-src-attr 'unsafe-inline'",
    "img-src 'self'",
    "font-src 'self'",
    "connect-src 'self'",
    "worker-src 'self'",
    "manifest-src 'self'",
    "object-src 'none'",
    "frame-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ')
}
