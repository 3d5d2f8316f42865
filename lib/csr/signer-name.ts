/** The API server's syntax: a domain of at least two labels, and a path. */
export const SIGNER_NAME =
  /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?(\.[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?)+\/[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/
export const LONGEST_SIGNER_NAME = 571

export function isSignerName(text: string): boolean {
  return text.length <= LONGEST_SIGNER_NAME && SIGNER_NAME.test(text)
}
