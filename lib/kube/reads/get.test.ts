import { beforeEach, describe, expect, it } from 'vitest'
import { ok, type Responder, refuse } from '#lib/kube/fixtures/api-server.ts'
import { eachScriptedServer } from '#lib/kube/fixtures/each-test.ts'
import { type Get, getAs } from '#lib/kube/reads/get.ts'

const server = eachScriptedServer()
let get: Get
let now: number

beforeEach(async () => {
  now = 0
  get = getAs(server.identity, () => now)
})

const found: Responder = ({ json }) => json(200, { kind: 'Thing' })
const ask = () => get('/thing', new AbortController().signal)

describe('a GET with a final 403 or 404', () => {
  it('a GET with a final 403 or 404 is one call where it is answered', async () => {
    server.script.push(found)
    expect(await ask()).toEqual({ kind: 'Thing' })
    expect(server.exchanges).toHaveLength(1)
  })

  it.each([403, 404])(
    'a GET with %i is asked again where the API server becomes ready just then',
    async (code) => {
      server.script.push(refuse(code, 'no'), ok, found)
      expect(await ask()).toEqual({ kind: 'Thing' })
      expect(server.exchanges.map(({ path }) => path)).toEqual(['/thing', '/readyz', '/thing'])
    },
  )

  it.each([403, 404])('the answer %i of a starting API server is not final', async (code) => {
    server.script.push(refuse(code, 'no'), refuse(500, 'not ready'))
    await expect(ask()).rejects.toMatchObject({ causes: [{ code: 'apiServerStarting' }] })
  })

  it.each<[number, Responder]>([
    [403, ok],
    [404, ok],
    [403, refuse(403, 'hidden')],
    [404, refuse(403, 'hidden')],
    [404, refuse(405, 'not here')],
    [404, ({ response }) => void response.writeHead(302, { location: '/login' }).end()],
  ])('an answer %i that stays is final', async (code, ready) => {
    server.script.push(refuse(code, 'no'), ready, refuse(code, 'no'))
    await expect(ask()).rejects.toMatchObject({ status: code })
  })

  it('the answer of an API server that is never ready is final after ten seconds', async () => {
    const starting = { causes: [{ code: 'apiServerStarting' }] }
    for (now = 0; now < 10_000; now += 2_000) {
      server.script.push(refuse(404, 'no'), refuse(500, 'not ready'))
      await expect(ask()).rejects.toMatchObject(starting)
    }
    server.script.push(refuse(404, 'no'), refuse(500, 'not ready'), refuse(404, 'no'))
    await expect(ask()).rejects.toMatchObject({ status: 404 })
    // Once it was ready the next start is another.
    server.script.push(refuse(404, 'no'), ok, refuse(404, 'no'))
    await expect(ask()).rejects.toMatchObject({ status: 404 })
    server.script.push(refuse(404, 'no'), refuse(500, 'not ready'))
    await expect(ask()).rejects.toMatchObject(starting)
  })

  it('any other error rejects unchanged', async () => {
    server.script.push(refuse(500, 'broken'))
    await expect(ask()).rejects.toMatchObject({ status: 500 })
    expect(server.exchanges).toHaveLength(1)
  })
})
