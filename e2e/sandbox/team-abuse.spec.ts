/**
 * `npm run demo -- --team`: the load that people of the team, and callers without a session, may
 * cause.
 */

import { expect, expectNothingLeft, test } from '../fixtures/commands.ts'
import { rawHttp } from '../fixtures/raw-http.ts'

test('the server reads no long body of a person without rights, and draws pages for strangers once, each with its own nonce; closing the terminal leaves nothing', async ({
  start,
}) => {
  const demo = start('demo', '--team', '--port', '0')
  const url = await demo.says(/^Open (http:\S+)\/$/)
  const { host } = new URL(url)

  const signedIn = async (token: string) => {
    const headers = { host, origin: url, 'content-type': 'application/json' }
    const body = JSON.stringify({ token })
    const sent = { ...headers, 'content-length': String(body.length) }
    const answer = await rawHttp(url, '/api/session', { method: 'POST', headers: sent, body })
    expect(answer.status).toBe(201)
    const [cookie = ''] = [answer.headers['set-cookie']].flat()
    const binding: string = JSON.parse(answer.body).binding
    return { ...headers, cookie: cookie.split(';')[0] ?? '', 'x-countersign-session': binding }
  }
  const post = async (path: string, headers: Record<string, string>, body: string) => {
    const sent = { ...headers, 'content-length': String(body.length) }
    const answer = await rawHttp(url, path, { method: 'POST', headers: sent, body })
    return `${answer.status} ${answer.body === '' ? '' : JSON.parse(answer.body).code}`
  }

  const carol = await signedIn(await demo.says(/^ {2}carol .* (token-of-carol-\S+)$/))
  const bob = await signedIn(await demo.says(/^ {2}bob .* (token-of-bob-\S+)$/))
  const long = '['.repeat(65 * 1024)
  expect(await post('/api/session/in-view', carol, '{}')).toBe('204 ')
  expect(await post('/api/session/in-view', carol, '['.repeat(1025))).toBe('413 tooLarge')
  expect(await post('/api/session/in-view', carol, '['.repeat(1000))).toBe('400 invalidBody')
  expect(await post('/api/plans', carol, '{}')).toBe('403 noAccess')
  expect(await post('/api/plans', bob, long)).toBe('413 tooLarge')
  expect(await post('/api/plans', bob, long.slice(0, 60_000))).toBe('400 invalidBody')

  const noncesOf = async (path: string, headers = {}) => {
    const page = await rawHttp(url, path, { headers: { host, ...headers } })
    expect(page.status).toBe(200)
    const [, nonce = ''] =
      /'nonce-([^']+)'/.exec(`${page.headers['content-security-policy']}`) ?? []
    const text = `${JSON.stringify(page.headers)} ${page.body}`
    const written = [...text.matchAll(/nonce="([^"]+)"/g)].map(([, found]) => found)
    expect(new Set(written)).toEqual(new Set([nonce]))
    return { nonce, text: page.body.replaceAll(nonce, ''), cookie: page.headers['set-cookie'] }
  }
  const { 'content-type': _, ...asCarol } = carol
  const first = await noncesOf('/', { 'accept-language': 'de', cookie: 'evil=1' })
  const second = await noncesOf('/')
  const carols = await noncesOf('/', asCarol)
  expect(new Set([first.nonce, second.nonce, carols.nonce]).size).toBe(3)
  expect([second.text, second.cookie]).toEqual([first.text, undefined])
  await expectNothingLeft(demo, demo.hangUp)
})
