import { expect, it } from 'vitest'
import { ipsInPrefixes } from '#lib/csr/addresses/ip.ts'
import { contract, refusal, statusOf } from './contract.ts'

const SERVICE_CIDRS = '/apis/networking.k8s.io/v1/servicecidrs'
const API_SERVER = '/api/v1/namespaces/default/services/kubernetes'

contract('Services’ networks', (open) => {
  it('the API server’s own Service lists all its addresses, the first of them twice', async () => {
    const { status, body } = await open().as.admin.call('GET', API_SERVER)
    expect(status).toBe(200)
    const { clusterIP, clusterIPs } = body.spec
    expect(clusterIPs[0]).toBe(clusterIP)
  })

  it('the Service networks’ prefixes are listed, and contain that Service’s address', async () => {
    const { admin } = open().as
    const { status, body } = await admin.call('GET', SERVICE_CIDRS)
    expect(status).toBe(200)
    expect(body.kind).toBe('ServiceCIDRList')
    const cidrs = body.items.flatMap(({ spec }: typeof body) => spec.cidrs)
    const { clusterIPs } = (await admin.call('GET', API_SERVER)).body.spec
    expect(ipsInPrefixes(clusterIPs, cidrs)).not.toContain(false)
  })

  it.each([
    ['listing the prefixes', SERVICE_CIDRS],
    ['reading that Service', API_SERVER],
    ['reading OpenShift’s own network', '/apis/config.openshift.io/v1/networks/cluster'],
  ])('reading %s needs the right to', async (_what, path) => {
    expect(statusOf(await open().as.nobody.call('GET', path))).toEqual(refusal(403, 'Forbidden'))
  })
})
