import { expect, it } from 'vitest'
import { type Account, startOpenIdProvider } from '#sandbox/openid/openid-provider.ts'
import { idTokenFor, REVIEW, WHO } from '../fixtures/id-token.ts'
import { contract, refusal, statusOf } from './contract.ts'

contract('ID tokens', (open) => {
  const present = (token: string) => open().withToken(token).call('POST', WHO, { body: REVIEW })

  it.each<[Account, readonly string[]]>([
    ['alice', ['oidc:platform-admins', 'system:authenticated']],
    ['bob', ['oidc:viewers', 'system:authenticated']],
    ['carol', ['system:authenticated']],
  ])('the holder of %s’s ID token is known by name and groups', async (account, groups) => {
    const { body } = await present(await idTokenFor(open().provider, account))
    expect(body.status.userInfo).toMatchObject({ username: `oidc:${account}`, groups })
  })

  it('an ID token with changed claims is Unauthorized', async () => {
    const token = await idTokenFor(open().provider, 'bob')
    const [head, body = '', signature] = token.split('.')
    const claims = JSON.parse(Buffer.from(body, 'base64url').toString())
    const forged = Buffer.from(JSON.stringify({ ...claims, sub: 'alice' })).toString('base64url')
    const answer = await present([head, forged, signature].join('.'))
    expect(statusOf(answer)).toEqual(refusal(401, 'Unauthorized'))
  })

  it('an ID token of another provider is Unauthorized', async () => {
    const other = await startOpenIdProvider({ publicUrl: 'https://countersign.example.com' })
    const token = await idTokenFor(other, 'alice')
    await other.close()
    expect(statusOf(await present(token))).toEqual(refusal(401, 'Unauthorized'))
  })
})
