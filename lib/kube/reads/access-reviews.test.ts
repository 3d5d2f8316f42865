import { describe, expect, it } from 'vitest'
import { type Responder, refuse } from '#lib/kube/fixtures/api-server.ts'
import { eachScriptedServer } from '#lib/kube/fixtures/each-test.ts'
import { rulesOf, sandboxOfFile } from '#lib/kube/fixtures/sandbox-api.ts'
import { reviewAccess, whoAmI } from '#lib/kube/reads/access-reviews.ts'

const api = sandboxOfFile()
const server = eachScriptedServer()

const CLIENT = 'kubernetes.io/kube-apiserver-client-kubelet'
const SERVING = 'kubernetes.io/kubelet-serving'

describe('the rights of an identity', () => {
  it.each<[string, string[], object]>([
    ['nothing', [], { approval: false, signers: { [CLIENT]: false, [SERVING]: false } }],
    [
      'one signer',
      ['update certificatesigningrequests/approval', `approve signers ${SERVING}`],
      { approval: true, signers: { [CLIENT]: false, [SERVING]: true } },
    ],
    [
      'the whole domain',
      ['update certificatesigningrequests/approval', 'approve signers kubernetes.io/*'],
      { approval: true, signers: { [CLIENT]: true, [SERVING]: true } },
    ],
    [
      'a signer, but not the approval',
      [`approve signers ${CLIENT}`],
      { approval: false, signers: { [CLIENT]: true, [SERVING]: false } },
    ],
  ])('the rights of an identity are reviewed: %s', async (_, rules, expected) => {
    const person = api.person(rulesOf('certificates.k8s.io', ...rules))
    expect(await reviewAccess(person, [CLIENT, SERVING])).toEqual(expected)
  })

  it('the rights are asked for one after the other, because each person of a team asks', async () => {
    let [underWay, most] = [0, 0]
    const slowly: Responder = (exchange) => {
      underWay += 1
      most = Math.max(most, underWay)
      setTimeout(() => {
        underWay -= 1
        exchange.json(201, { status: { allowed: false } })
      }, 5)
    }
    for (let n = 0; n < 5; n += 1) server.script.push(slowly)
    await reviewAccess(server.identity, [CLIENT, SERVING])
    expect(most).toBe(1)
  })

  it('an answer without a status is an error, not a yes', async () => {
    server.script.push((exchange) => exchange.json(201, { status: {} }))
    await expect(reviewAccess(server.identity, [])).rejects.toMatchObject({ kind: 'malformed' })
  })
})

describe('the username of an identity', () => {
  it.each<[string, Responder, string]>([
    [
      'the API server says',
      (exchange) => exchange.json(201, { status: { userInfo: { username: 'alice' } } }),
      'alice',
    ],
    ['it does not know the question', refuse(404, 'not found'), ''],
    ['it answers something else', (exchange) => exchange.json(201, { status: 7 }), ''],
  ])('the username of an identity is asked for: %s', async (_, answer, name) => {
    server.script.push(answer)
    expect(await whoAmI(server.identity)).toBe(name)
  })

  it.each([
    ['a lost identity', 401],
    // A starting API server answers this: the caller has to wait.
    ['a no', 403],
  ])('the username’s answer of %s is an error', async (_, status) => {
    server.script.push(refuse(status, 'no'))
    await expect(whoAmI(server.identity)).rejects.toMatchObject({ status })
  })
})
