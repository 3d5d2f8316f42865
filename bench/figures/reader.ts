import { differences } from '#e2e/reader/compare.ts'
import { generateRequest } from '#e2e/reader/generate.ts'
import { readRequest } from '#lib/csr/reading/pkcs10.ts'
import { readWithGo } from '#sandbox/control-plane/go-reading.ts'
import type { Figure } from '../figure.ts'

const GENERATED = 8_000
/** Least number of faithful readings for a meaningful result. */
const LEAST_FAITHFUL = GENERATED / 8

/** Whether the request shown is the certificate issued. */
export const reader: Figure = {
  name: 'reader',
  appless: true,
  method:
    `${GENERATED} generated requests (e2e/reader/generate.ts: every field, encoding, order and ` +
    'duplication, and mutations of them), each read by ours and by Go’s crypto/x509 with ' +
    'Kubernetes’ own helpers. A difference is anything that ours calls faithful and Go refuses or ' +
    'reads otherwise: names, SANs, extensions, key, signature. What ours refuses is shown to ' +
    'nobody as readable; how many of those Go would read is given.',
  async measure() {
    const requests = Array.from({ length: GENERATED }, (_, seed) => generateRequest(seed))
    const go = await readWithGo(requests)
    const ours = requests.map((request) => readRequest(request))
    const found = ours.flatMap((reading, i) => {
      const theirs = go[i]
      return theirs === undefined ? ['not read'] : differences(reading, theirs)
    })
    const faithful = ours.filter((reading) => reading.faithful).length
    const stricter = ours.filter((reading, i) => !reading.faithful && go[i]?.error === undefined)
    return [
      {
        figure: `reader against Go over ${GENERATED} requests: differences`,
        reach: '0',
        measured:
          `${found.length} (${faithful} are faithful to ours; of the ${GENERATED - faithful} ` +
          `that it refuses Go reads ${stricter.length})`,
        ok: found.length === 0 && faithful >= LEAST_FAITHFUL,
      },
    ]
  },
}
