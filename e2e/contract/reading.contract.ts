import { expect, it } from 'vitest'
import {
  CSRS,
  contract,
  csrPath,
  FOREIGN_SIGNER,
  file,
  onlyReal,
  refusal,
  statusOf,
} from './contract.ts'

function namesOf(list: { items: { metadata: { name: string } }[] }): string[] {
  return list.items.map(({ metadata }) => metadata.name)
}

contract('reading', (open) => {
  it('a list has a version, and items without kind', async () => {
    const { admin } = open().as
    const csr = await file(admin, { name: 'shape' })
    const { status, body } = await admin.call('GET', CSRS)
    expect(status).toBe(200)
    expect(body).toMatchObject({ kind: 'CertificateSigningRequestList' })
    expect(body.apiVersion).toBe('certificates.k8s.io/v1')
    expect(body.metadata.resourceVersion).toMatch(/^\d+$/)
    const item = body.items.find(
      (one: { metadata: { name: string } }) => one.metadata.name === 'shape',
    )
    expect(item).not.toHaveProperty('kind')
    expect(item.metadata).toMatchObject({ uid: csr.metadata.uid, name: 'shape' })
    expect(item.metadata.creationTimestamp).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)
    expect(item.spec).toMatchObject({ usages: ['digital signature', 'server auth'] })
    expect(item.status).toEqual({})
  })

  it('a table has kubectl’s columns, and a row of each request with its metadata', async () => {
    const { admin } = open().as
    await file(admin, { name: 'in-a-table', expirationSeconds: 86_400 })
    const headers = { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' }
    const { body } = await admin.call('GET', CSRS, { headers })
    expect(body).toMatchObject({ kind: 'Table', apiVersion: 'meta.k8s.io/v1' })
    expect(body.columnDefinitions.map(({ name }: { name: string }) => name)).toEqual([
      ...['Name', 'Age', 'SignerName', 'Requestor', 'RequestedDuration', 'Condition'],
    ])
    const row = body.rows.find(
      ({ object }: { object: { metadata: { name: string } } }) =>
        object.metadata.name === 'in-a-table',
    )
    expect(row.object.kind).toBe('PartialObjectMetadata')
    const [name, age, ...rest] = row.cells
    expect([name, age]).toEqual(['in-a-table', expect.stringMatching(/^\d+s$/)])
    expect(rest).toEqual([FOREIGN_SIGNER, expect.any(String), '24h', 'Pending'])
    const single = await admin.call('GET', csrPath('in-a-table'), { headers })
    expect(single.body.rows.map(({ cells }: { cells: unknown[] }) => cells[0])).toEqual([name])
  })

  it('a single object has its kind', async () => {
    const { admin } = open().as
    await file(admin, { name: 'alone' })
    const { body } = await admin.call('GET', csrPath('alone'))
    expect(body).toMatchObject({
      kind: 'CertificateSigningRequest',
      apiVersion: 'certificates.k8s.io/v1',
    })
  })

  onlyReal(() => {
    it('pages follow one another without gap or double, in the state of the first', async () => {
      const { admin } = open().as
      for (let i = 0; i < 7; i++) await file(admin, { name: `page-${i}` })
      const all = await admin.call('GET', CSRS)
      const first = await admin.call('GET', `${CSRS}?limit=3`)
      expect(first.body.items).toHaveLength(3)
      expect(first.body.metadata.remainingItemCount).toBe(all.body.items.length - 3)
      // Neither change may appear on the next pages.
      await file(admin, { name: 'zz-late' })
      await admin.call('DELETE', csrPath('page-6'))
      const pages = [first.body]
      const { length: most } = all.body.items
      for (let { body } = first; body.metadata.continue && pages.length < most; ) {
        const token = encodeURIComponent(body.metadata.continue)
        ;({ body } = await admin.call('GET', `${CSRS}?limit=3&continue=${token}`))
        pages.push(body)
      }
      expect(pages.flatMap(namesOf)).toEqual(namesOf(all.body))
      expect(new Set(pages.map(({ metadata }) => metadata.resourceVersion)).size).toBe(1)
      expect(pages.at(-1).metadata.continue).toBeUndefined()
    })
  })

  it('a list at a version that the server has not reached is refused, with a recognizable message', async () => {
    const { viewer } = open().as
    const notOlderThan = (version: string) =>
      viewer.call(
        'GET',
        `${CSRS}?limit=1&resourceVersion=${version}&resourceVersionMatch=NotOlderThan`,
      )
    const answer = await notOlderThan('99999999')
    expect(statusOf(answer)).toEqual(refusal(504, 'Timeout'))
    expect(answer.body.message).toMatch(
      /^Timeout: Too large resource version: 99999999, current: \d+$/,
    )
    const { body } = await viewer.call('GET', CSRS)
    expect((await notOlderThan(body.metadata.resourceVersion)).status).toBe(200)
  })

  it.each([
    ['a list', 'viewer', 200],
    ['a refusal', 'nobody', 403],
  ] as const)('the answer of %s has the current time', async (_what, who, status) => {
    const sentAt = Date.now()
    const answer = await open().as[who].call('GET', CSRS)
    expect(answer.status).toBe(status)
    const at = Date.parse(String(answer.headers.date))
    // Whole seconds, rounded down.
    expect(at).toBeGreaterThan(sentAt - 1_000)
    expect(at).toBeLessThanOrEqual(Date.now())
  })

  onlyReal(() => {
    it('a page asked for too late is Expired', async () => {
      const { admin } = open().as
      for (let i = 0; i < 3; i++) await file(admin, { name: `expiring-${i}` })
      const first = await admin.call('GET', `${CSRS}?limit=1`)
      await file(admin, { name: 'expiring-after' })
      await open().expireHistory()
      const token = encodeURIComponent(first.body.metadata.continue)
      const second = await admin.call('GET', `${CSRS}?limit=1&continue=${token}`)
      expect(statusOf(second)).toEqual(refusal(410, 'Expired'))
      expect(second.body.message).toContain('The provided continue parameter is too old')
    })
  })

  it('a malformed page token is refused', async () => {
    const answer = await open().as.admin.call('GET', `${CSRS}?limit=1&continue=nonsense`)
    expect(statusOf(answer)).toEqual(refusal(400, 'BadRequest'))
  })

  it('a missing object is NotFound, with its kind and name', async () => {
    const answer = await open().as.admin.call('GET', csrPath('nobody-filed-this'))
    expect(statusOf(answer)).toEqual(refusal(404, 'NotFound'))
    expect(answer.body.message).toBe(
      'certificatesigningrequests.certificates.k8s.io "nobody-filed-this" not found',
    )
    expect(answer.body.details).toEqual({
      name: 'nobody-filed-this',
      group: 'certificates.k8s.io',
      kind: 'certificatesigningrequests',
    })
  })

  it.each([
    ['a group nobody serves', '/apis/absent.example.com'],
    ['a version of it', '/apis/absent.example.com/v1'],
    ['a resource of it', '/apis/absent.example.com/v1/things'],
    ['a version nobody serves', '/apis/machine.openshift.io/v9/machines'],
  ])('the path %s is 404', async (_what, path) => {
    expect((await open().as.admin.call('GET', path)).status).toBe(404)
  })

  it.each([
    ['certificates.k8s.io/v1', 'certificatesigningrequests', 'certificatesigningrequests/approval'],
    ['machine.openshift.io/v1beta1', 'machines', 'machines/status'],
    ['config.openshift.io/v1', 'clusteroperators', 'clusteroperators/status'],
  ])('discovery of %s names %s', async (groupVersion, ...names) => {
    const { admin } = open().as
    const { status, body } = await admin.call('GET', `/apis/${groupVersion}`)
    expect(status).toBe(200)
    expect(body).toMatchObject({ kind: 'APIResourceList', groupVersion })
    const served = body.resources.map(({ name }: { name: string }) => name)
    expect(served).toEqual(expect.arrayContaining(names))
    const [csr] = body.resources.filter(({ shortNames = [] }) => shortNames[0] === 'csr')
    expect(csr?.name).toBe(groupVersion.startsWith('certificates') ? names[0] : undefined)
    const [name, version] = groupVersion.split('/')
    const group = await admin.call('GET', `/apis/${name}`)
    expect(group.body.versions).toContainEqual({ groupVersion, version })
    const groups = await admin.call('GET', '/apis')
    const found = groups.body.groups.find((one: { name: string }) => one.name === name)
    expect(found.preferredVersion.groupVersion).toBe(groupVersion)
  })

  it.each(['/livez', '/readyz'])('the probe %s says ok', async (path) => {
    expect(await open().as.nobody.call('GET', path)).toMatchObject({ status: 200, body: 'ok' })
  })

  it('the version has a gitVersion', async () => {
    const { body } = await open().as.nobody.call('GET', '/version')
    expect(body.gitVersion).toMatch(/^v1\.\d+/)
  })

  onlyReal(() => {
    it('a long list is compressed for a client that accepts gzip', async () => {
      const { admin } = open().as
      const names = Array.from({ length: 240 }, (_, index) => `long-${index}`)
      await Promise.all(names.map((name) => file(admin, { name, keyName: 'long' })))
      const packed = await admin.call('GET', CSRS, { headers: { 'accept-encoding': 'gzip' } })
      expect(packed.headers['content-encoding']).toBe('gzip')
      const plain = await admin.call('GET', CSRS)
      expect(plain.headers['content-encoding']).toBeUndefined()
      expect(plain.body.items.length).toBeGreaterThanOrEqual(240)
    })
  })
})
