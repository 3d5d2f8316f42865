import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { idTokenFor, REVIEW, WHO } from '#e2e/fixtures/id-token.ts'
import { CSRS, csrPath, kubeClient } from '#e2e/fixtures/kube-client.ts'
import type { DemoCluster } from '#sandbox/demo-cluster.ts'
import { startTeam } from '#sandbox/demo-team.ts'
import type { Account } from '#sandbox/openid/openid-provider.ts'
import { EMPTY } from '#sandbox/scenario.ts'

interface Review {
  readonly status: { readonly userInfo: { readonly username: string } }
}

let demo: DemoCluster

beforeAll(async () => {
  demo = await startTeam({ scenario: EMPTY, speed: 1, port: 0 })
})
afterAll(() => demo.stop())

/** The person's own token, obtained with the app's settings. */
function idToken(account: Account): Promise<string> {
  const { COUNTERSIGN_OIDC_ISSUER: issuer = '', COUNTERSIGN_OIDC_CA_FILE: caFile = '' } = demo.env
  const redirectUri = `${demo.publicUrl}/sign-in/callback`
  return idTokenFor({ issuer, ca: readFileSync(caFile, 'utf8'), redirectUri }, account)
}

it.each<[Account, string, number, number]>([
  ['alice', 'sees and approves', 200, 404],
  ['bob', 'sees', 200, 403],
  ['carol', 'has no rights', 403, 403],
])(
  'the rights of %s of the provider %s, with a pasted token, too',
  async (account, may, list, approve) => {
    const [row = ''] = demo.hints.filter((hint) => hint.startsWith(`  ${account} `))
    const [, said, pasted] = /^ {2}\w+ +(.+?) +(token-\S+)$/.exec(row) ?? []
    expect(said).toBe(may)
    for (const token of [await idToken(account), pasted]) {
      const client = kubeClient(demo.kubeconfig, token)
      const who = await client.call<Review>('POST', WHO, { body: REVIEW })
      expect(who.body.status.userInfo.username).toBe(`oidc:${account}`)
      expect((await client.call('GET', CSRS)).status).toBe(list)
      const body = { metadata: { name: 'gone' } }
      expect((await client.call('PUT', csrPath('gone', 'approval'), { body })).status).toBe(approve)
      await client.close()
    }
  },
)
