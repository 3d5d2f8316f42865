import type { Csr, CutFields, RequestReading } from '#lib/csr/model.ts'

/** Whether less of that field is kept than the cluster has. */
export function isCut({ cut }: { readonly cut?: CutFields }, field: string): boolean {
  return cut?.includes(field) === true
}

/**
 * What a request says, as far as the door has left the object whole: one that was cut cannot be shown
 * faithfully, whatever its PKCS#10 holds. A status is not what would be signed.
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
