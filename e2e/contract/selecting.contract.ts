import { expect, it } from 'vitest'
import {
  CLIENT_SIGNER,
  CSRS,
  contract,
  csrPath,
  decide,
  file,
  refusal,
  SERVING_SIGNER,
  statusOf,
} from './contract.ts'

const [LOUD, QUIET] = ['loud.example.com/a', 'quiet.example.com/b']

contract('selecting by signer', (open) => {
  const where = (selector: string, more = '') =>
    `${CSRS}?fieldSelector=${encodeURIComponent(selector)}${more}`

  /** Files one request for each of two signers, whose names begin with the prefix. */
  async function filed(prefix: string): Promise<void> {
    const { admin } = open().as
    await file(admin, { name: `${prefix}-loud`, signerName: LOUD })
    await file(admin, { name: `${prefix}-quiet`, signerName: QUIET })
  }

  it.each([
    [`spec.signerName=${LOUD}`, ['loud']],
    [`spec.signerName==${LOUD}`, ['loud']],
    [`spec.signerName!=${LOUD}`, ['quiet']],
    [`spec.signerName!=${CLIENT_SIGNER},spec.signerName!=${SERVING_SIGNER}`, ['loud', 'quiet']],
    [
      `spec.signerName!=${CLIENT_SIGNER},spec.signerName!=${SERVING_SIGNER},spec.signerName!=${LOUD}`,
      ['quiet'],
    ],
    [`spec.signerName=${LOUD},spec.signerName=${QUIET}`, []],
    [`spec.signerName=${LOUD},metadata.name=selected-quiet`, []],
  ])('the selector lists %s', async (selector, kinds) => {
    const { admin } = open().as
    const { body } = await admin.call('GET', CSRS)
    const names: string[] = body.items.map(({ metadata }: typeof body) => metadata.name)
    if (!names.includes('selected-loud')) await filed('selected')
    const answer = await admin.call('GET', where(selector))
    expect(answer.status).toBe(200)
    const selected = answer.body.items
      .map(({ metadata }: typeof body) => metadata.name)
      .filter((name: string) => name.startsWith('selected-'))
    expect(selected).toEqual(kinds.map((kind) => `selected-${kind}`))
  })

  it('a watch reports what it selects, until its end, and nothing else', async () => {
    const { admin, viewer } = open().as
    const { body } = await admin.call('GET', where(`spec.signerName=${QUIET}`))
    const { resourceVersion } = body.metadata
    const watching = await viewer.watch(
      where(`spec.signerName=${QUIET}`, `&watch=1&resourceVersion=${resourceVersion}`),
    )
    await filed('watched')
    await admin.call('DELETE', csrPath('watched-loud'))
    const { body: quiet } = await admin.call('GET', csrPath('watched-quiet'))
    await decide(admin, quiet)
    await admin.call('DELETE', csrPath('watched-quiet'))
    const frames = [await watching.next(), await watching.next(), await watching.next()]
    watching.stop()
    expect(frames.map(({ type, object }) => [type, object.metadata.name])).toEqual([
      ['ADDED', 'watched-quiet'],
      ['MODIFIED', 'watched-quiet'],
      ['DELETED', 'watched-quiet'],
    ])
  })

  it('pages of a selection say that more follow, but not how many', async () => {
    const { admin } = open().as
    await filed('paged')
    const first = await admin.call('GET', where(`spec.signerName!=${SERVING_SIGNER}`, '&limit=1'))
    expect(first.body.items).toHaveLength(1)
    expect(first.body.metadata.continue).toMatch(/./)
    expect(first.body.metadata.remainingItemCount).toBeUndefined()
    const more = `&limit=500&continue=${encodeURIComponent(first.body.metadata.continue)}`
    const second = await admin.call('GET', where(`spec.signerName!=${SERVING_SIGNER}`, more))
    const all = await admin.call('GET', where(`spec.signerName!=${SERVING_SIGNER}`))
    expect(first.body.items.length + second.body.items.length).toBe(all.body.items.length)
    expect(second.body.metadata.resourceVersion).toBe(first.body.metadata.resourceVersion)
  })

  it('a list of one object says how many there are in all', async () => {
    const { admin } = open().as
    await filed('counted')
    const all = await admin.call('GET', CSRS)
    const one = await admin.call('GET', `${CSRS}?limit=1`)
    expect(one.body.metadata.remainingItemCount).toBe(all.body.items.length - 1)
  })

  it.each(['spec.username=viewer', 'status!=x', 'spec.signerName'])(
    'the selector %s is refused, for a list and a watch',
    async (selector) => {
      const { viewer } = open().as
      const listed = await viewer.call('GET', where(selector))
      expect(statusOf(listed)).toEqual(refusal(400, 'BadRequest'))
      const watching = await viewer.watch(where(selector, '&watch=1&resourceVersion=1'))
      expect(watching.status).toBe(400)
      watching.stop()
    },
  )
})
