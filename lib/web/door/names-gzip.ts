/** Whether that Accept-Encoding takes an answer packed by gzip. */
export function namesGzip(accepted: string | readonly string[]): boolean {
  return /\bgzip\b(?!\s*;\s*q=0(\.0*)?\s*(,|$))/.test(String(accepted))
}
