import { expect, it } from 'vitest'
import { contract, csrPath, decide, file, SERVING_SIGNER } from './contract.ts'
import { until } from './raw-client.ts'

contract('throttling', (open) => {
  it('too many calls get 429 and the seconds to wait, in a body that is no Status, and nothing is decided', async () => {
    const { approver } = open().as
    const csr = await file(open().as.admin, { name: 'throttled', signerName: SERVING_SIGNER })
    // Denied, because the signer would continue with an approved one.
    const deny = () => decide(approver, csr, { type: 'Denied' })
    const lift = await open().throttleApprovals()
    try {
      const answer = await deny()
      expect(answer.status).toBe(429)
      expect(answer.headers['retry-after']).toMatch(/^[1-9]\d*$/)
      expect(answer.headers['content-type']).toBe('text/plain; charset=utf-8')
      expect(answer.body).toBe('Too many requests, please try again later.\n')
      // A throttled client may still read.
      const { status, body } = await approver.call('GET', csrPath('throttled'))
      expect(status).toBe(200)
      expect(body.metadata.resourceVersion).toBe(csr.metadata.resourceVersion)
    } finally {
      await lift()
    }
    await until(deny, ({ status }) => status === 200)
  })
})
