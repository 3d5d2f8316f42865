import type { Csr, CutFields, RequestReading } from '#lib/csr/model.ts'

/** Whether the door has cut this field. */
export function isCut({ cut }: { readonly cut?: CutFields }, field: string): boolean {
  return cut?.includes(field) === true
}

/**
 * The reading of a request. An object that the door has cut is never faithful,
 * except for its status: a signer does not sign the status.
 */
export function readingOf(csr: Csr, read: (request: string) => RequestReading): RequestReading {
  if (csr.oversized !== undefined) {
    const { fingerprint, bytes } = csr.oversized
    const problems = [{ code: 'tooLarge', detail: String(bytes) }] as const
    return { fingerprint, faithful: false, problems, x509cr: null }
  }
  const reading = read(csr.request)
  const cut = (csr.cut ?? []).filter((field) => !field.startsWith('status.'))
  if (cut.length === 0) return reading
  const problem = { code: 'cutField', detail: cut.join(', ') } as const
  return { ...reading, faithful: false, problems: [problem, ...reading.problems] }
}
