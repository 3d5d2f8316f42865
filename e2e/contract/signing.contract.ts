import { X509Certificate } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import { expect, it } from 'vitest'
import {
  CLIENT_SIGNER,
  conditionsOf,
  contract,
  csrPath,
  decide,
  type FilingOptions,
  FOREIGN_SIGNER,
  file,
  SERVING_SIGNER,
  USER_SIGNER,
} from './contract.ts'
import { until } from './raw-client.ts'

const DAY_MS = 86_400_000

contract('signing', (open) => {
  const read = async (name: string) => (await open().as.admin.call('GET', csrPath(name))).body
  /** Approves a request; resolves with it once the signer has signed or failed it. */
  const approveAndWait = async (options: FilingOptions) => {
    const { admin } = open().as
    const csr = await file(admin, options)
    await decide(admin, csr)
    return await until(
      () => read(csr.metadata.name),
      (now) => now.status.certificate !== undefined || conditionsOf(now).includes('Failed'),
    )
  }
  const certificateOf = (csr: { status: { certificate: string } }) =>
    new X509Certificate(Buffer.from(csr.status.certificate, 'base64'))

  it('a serving request becomes a certificate for its names', async () => {
    const csr = await approveAndWait({
      signerName: SERVING_SIGNER,
      nodeName: 'worker-1',
      dnsNames: ['worker-1'],
      ipAddresses: ['198.51.100.11', '2001:db8::11'],
    })
    expect(conditionsOf(csr)).toEqual(['Approved'])
    const certificate = certificateOf(csr)
    expect(certificate.subject.split('\n').toSorted()).toEqual([
      'CN=system:node:worker-1',
      'O=system:nodes',
    ])
    expect(certificate.subjectAltName).toBe(
      'DNS:worker-1, IP Address:198.51.100.11, IP Address:2001:DB8:0:0:0:0:0:11',
    )
    expect(certificate.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1'])
    expect(certificate.ca).toBe(false)
    const days = (Date.parse(certificate.validTo) - Date.now()) / DAY_MS
    expect(days).toBeGreaterThan(364)
    expect(days).toBeLessThanOrEqual(365)
  })

  it('a client request becomes a certificate of the node', async () => {
    const csr = await approveAndWait({
      signerName: CLIENT_SIGNER,
      kind: 'client',
      nodeName: 'worker-2',
      usages: ['digital signature', 'client auth'],
    })
    const certificate = certificateOf(csr)
    expect(certificate.subject).toContain('CN=system:node:worker-2')
    expect(certificate.subjectAltName).toBeUndefined()
    expect(certificate.keyUsage).toEqual(['1.3.6.1.5.5.7.3.2'])
  })

  it('the last of two common names is issued', async () => {
    const csr = await approveAndWait({
      signerName: CLIENT_SIGNER,
      kind: 'client',
      commonNames: ['system:node:first', 'system:node:last'],
      usages: ['digital signature', 'client auth'],
    })
    const names = certificateOf(csr).subject.match(/CN=.*/g)
    expect(names).toEqual(['CN=system:node:last'])
  })

  it('a shorter lifetime is granted when requested', async () => {
    const expirationSeconds = 2 * 86_400
    const csr = await approveAndWait({ signerName: SERVING_SIGNER, expirationSeconds })
    const days = (Date.parse(certificateOf(csr).validTo) - Date.now()) / DAY_MS
    expect(days).toBeGreaterThan(1.9)
    expect(days).toBeLessThanOrEqual(2)
  })

  it('cluster administrators’ certificates are issued like any other', async () => {
    const csr = await approveAndWait({
      signerName: USER_SIGNER,
      kind: 'client',
      commonNames: ['admin'],
      organizations: ['kubeadm:cluster-admins'],
      usages: ['client auth'],
    })
    expect(certificateOf(csr).subject).toContain('O=kubeadm:cluster-admins')
  })

  const serving = { signerName: SERVING_SIGNER, usages: ['digital signature', 'server auth'] }
  const client = {
    signerName: CLIENT_SIGNER,
    kind: 'client' as const,
    usages: ['digital signature', 'client auth'],
  }
  it.each<[string, FilingOptions, string]>([
    [
      'serving with client auth too',
      { ...serving, usages: ['digital signature', 'server auth', 'client auth'] },
      'usages did not match [digital signature key encipherment server auth]',
    ],
    [
      'client for serving',
      { ...client, usages: ['digital signature', 'server auth'] },
      'usages did not match [client auth digital signature key encipherment]',
    ],
    [
      'another organization',
      { ...serving, organizations: ['system:masters'] },
      'subject organization is not system:nodes',
    ],
    [
      'no node in the common name',
      { ...serving, commonNames: ['worker-1'] },
      'subject common name does not begin with system:node:',
    ],
    [
      'serving without names',
      { ...serving, dnsNames: [], ipAddresses: [] },
      'DNS or IP subjectAltName is required',
    ],
    [
      'serving with a URI',
      { ...serving, uris: ['https://example.com'] },
      'URI subjectAltNames are not allowed',
    ],
    [
      'serving with an e-mail address',
      { ...serving, emailAddresses: ['a@example.com'] },
      'Email subjectAltNames are not allowed',
    ],
    [
      'client with a DNS name',
      { ...client, dnsNames: ['a'] },
      'DNS subjectAltNames are not allowed',
    ],
    [
      'client with an address',
      { ...client, ipAddresses: ['192.0.2.1'] },
      'IP subjectAltNames are not allowed',
    ],
  ])('a request fails with the signer’s message: %s', async (_what, options, message) => {
    const csr = await approveAndWait(options)
    expect(conditionsOf(csr)).toEqual(['Approved', 'Failed'])
    expect(csr.status.certificate).toBeUndefined()
    expect(csr.status.conditions[1]).toMatchObject({
      status: 'True',
      reason: 'SignerValidationFailure',
      message,
    })
  })

  it('the signer leaves pending, denied and foreign requests alone', async () => {
    const { admin } = open().as
    await file(admin, { name: 'left-pending', signerName: SERVING_SIGNER })
    const denied = await file(admin, { name: 'left-denied', signerName: SERVING_SIGNER })
    await decide(admin, denied, { type: 'Denied' })
    const foreign = await file(admin, { name: 'left-foreign', signerName: FOREIGN_SIGNER })
    await decide(admin, foreign)
    // A later approval has been issued, so the signer would have issued these by now, too.
    await approveAndWait({ signerName: SERVING_SIGNER })
    await wait(200)
    const conditions = async (name: string) => {
      const csr = await read(name)
      expect(csr.status.certificate).toBeUndefined()
      return conditionsOf(csr)
    }
    expect(await conditions('left-pending')).toEqual([])
    expect(await conditions('left-denied')).toEqual(['Denied'])
    expect(await conditions('left-foreign')).toEqual(['Approved'])
  })
})
