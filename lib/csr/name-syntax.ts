import { NODE_USER_PREFIX } from '#lib/csr/names.ts'

/** The node's name in `system:node:<name>`, compared exactly; null for anything else. */
export function nodeNameOf(commonName: string): string | null {
  if (!commonName.startsWith(NODE_USER_PREFIX)) return null
  const name = commonName.slice(NODE_USER_PREFIX.length)
  return isDnsSubdomain(name) ? name : null
}

export const DNS_SUBDOMAIN =
  /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*$/

export const LONGEST_DNS_NAME = 253

/** Whether the name is a DNS-1123 subdomain by Kubernetes' rule, whose labels have any length. */
export function isDnsSubdomain(name: string): boolean {
  return name.length <= LONGEST_DNS_NAME && DNS_SUBDOMAIN.test(name)
}

/** Signer names in the API server's syntax: a domain of at least two labels, and a path. */
export const SIGNER_NAME =
  /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?(\.[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?)+\/[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/
/** Two domains and a label: pkg/apis/certificates/validation in Kubernetes. */
export const LONGEST_SIGNER_NAME = 571

export function isSignerName(text: string): boolean {
  return text.length <= LONGEST_SIGNER_NAME && SIGNER_NAME.test(text)
}
