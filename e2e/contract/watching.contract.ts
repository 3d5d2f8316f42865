import { expect, it } from 'vitest'
import { CSRS, contract, csrPath, decide, file, onlyReal } from './contract.ts'

contract('watching', (open) => {
  const version = async () =>
    (await open().as.viewer.call('GET', CSRS)).body.metadata.resourceVersion
  const watchFrom = (from: string, more = '') =>
    open().as.viewer.watch(`${CSRS}?watch=1&resourceVersion=${from}${more}`)
  const named = (name: string) => (frame: { object: { metadata: { name: string } } }) =>
    frame.object.metadata.name === name

  it('a watch reports what was added, changed and deleted, each with its version', async () => {
    const { admin } = open().as
    const watching = await watchFrom(await version())
    const csr = await file(admin, { name: 'told' })
    const added = await watching.next(named('told'))
    expect(added.type).toBe('ADDED')
    expect(added.object).toMatchObject({
      kind: 'CertificateSigningRequest',
      metadata: csr.metadata,
    })
    const { body } = await decide(admin, csr)
    const modified = await watching.next(named('told'))
    expect(modified.type).toBe('MODIFIED')
    expect(modified.object.metadata.resourceVersion).toBe(body.metadata.resourceVersion)
    expect(modified.object.status).toEqual(body.status)
    await admin.call('DELETE', csrPath('told'))
    const deleted = await watching.next(named('told'))
    expect(deleted.type).toBe('DELETED')
    expect(deleted.object.metadata.uid).toBe(csr.metadata.uid)
    watching.stop()
  })

  it('a watch catches up from the version of a list', async () => {
    const { admin } = open().as
    const from = await version()
    await file(admin, { name: 'missed' })
    await admin.call('DELETE', csrPath('missed'))
    const watching = await watchFrom(from)
    expect((await watching.next(named('missed'))).type).toBe('ADDED')
    expect((await watching.next(named('missed'))).type).toBe('DELETED')
    watching.stop()
  })

  it('a watch reports another uid when a name is used again', async () => {
    const { admin } = open().as
    const watching = await watchFrom(await version())
    const first = await file(admin, { name: 'again' })
    await admin.call('DELETE', csrPath('again'))
    const second = await file(admin, { name: 'again' })
    expect(second.metadata.uid).not.toBe(first.metadata.uid)
    const frames = [
      await watching.next(named('again')),
      await watching.next(named('again')),
      await watching.next(named('again')),
    ]
    expect(frames.map(({ type, object }) => [type, object.metadata.uid])).toEqual([
      ['ADDED', first.metadata.uid],
      ['DELETED', first.metadata.uid],
      ['ADDED', second.metadata.uid],
    ])
    watching.stop()
  })

  onlyReal(() => {
    it('a watch without a version begins with the existing objects', async () => {
      await file(open().as.admin, { name: 'there' })
      const watching = await open().as.viewer.watch(`${CSRS}?watch=1`)
      expect((await watching.next(named('there'))).type).toBe('ADDED')
      watching.stop()
    })
  })

  it('a watch ends after timeoutSeconds', async () => {
    const began = Date.now()
    const watching = await watchFrom(await version(), '&timeoutSeconds=2')
    expect(await watching.rest()).toEqual([])
    expect(Date.now() - began).toBeGreaterThan(1_900)
  })

  onlyReal(() => {
    // Bookmarks come once a minute, and 2 s before the end of a watch.
    it('a bookmark is an object with a version only, from which a watch continues', async () => {
      const { admin } = open().as
      const from = await version()
      const watching = await watchFrom(from, '&allowWatchBookmarks=true&timeoutSeconds=4')
      await file(admin, { name: 'before-bookmark' })
      const bookmark = await watching.next(({ type }) => type === 'BOOKMARK')
      watching.stop()
      expect(bookmark.object).toMatchObject({
        kind: 'CertificateSigningRequest',
        apiVersion: 'certificates.k8s.io/v1',
      })
      expect(bookmark.object.metadata.name).toBeUndefined()
      expect(bookmark.object.spec.request).toBeNull()
      const { resourceVersion } = bookmark.object.metadata
      expect(Number(resourceVersion)).toBeGreaterThan(Number(from))
      await file(admin, { name: 'after-bookmark' })
      const next = await watchFrom(resourceVersion)
      expect((await next.next()).object.metadata.name).toBe('after-bookmark')
      next.stop()
    })
  })

  it('a watch from a version that is too old gets an ERROR of 410, and the stream ends', async () => {
    const old = await version()
    await file(open().as.admin, { name: 'forgotten' })
    await open().expireHistory()
    const watching = await watchFrom(old)
    expect(watching.status).toBe(200)
    const frames = await watching.rest()
    expect(frames).toHaveLength(1)
    expect(frames[0]).toMatchObject({
      type: 'ERROR',
      object: { kind: 'Status', status: 'Failure', reason: 'Expired', code: 410 },
    })
    expect(frames[0]?.object.message).toMatch(/^too old resource version: \d+ \(\d+\)$/)
  })

  it('a watch from a version that the server has not reached is silent, without an error', async () => {
    const watching = await watchFrom('99999999', '&allowWatchBookmarks=true&timeoutSeconds=3')
    expect(watching.status).toBe(200)
    await file(open().as.admin, { name: 'untold' })
    expect(await watching.rest()).toEqual([])
  })

  it('a watch needs the right to', async () => {
    const watching = await open().as.nobody.watch(`${CSRS}?watch=1&resourceVersion=1`)
    expect(watching.status).toBe(403)
    watching.stop()
  })
})
