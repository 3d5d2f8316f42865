import type { TabledCode } from '#lib/csr/checks/check-findings.ts'

/** Checks that ask a source besides the request: one pass makes a machine verified. */
const CONFIRMING: ReadonlySet<string> = new Set<TabledCode>([
  'identity.machine',
  'identity.requestor',
  'identity.expected',
  'identity.liveCertificate',
])

/** Whether a pass of this check confirms the machine. */
export function isConfirming(code: string): boolean {
  return CONFIRMING.has(code)
}
