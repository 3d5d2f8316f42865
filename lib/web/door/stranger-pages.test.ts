import { IncomingMessage, ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import { describe, expect, it, vi } from 'vitest'
import { cookieWith } from '#lib/people/preference-store.ts'
import { createStrangerPages, type Draw } from '#lib/web/door/stranger-pages.ts'
import { DEFAULT_PREFERENCES } from '#lib/wire/preferences.ts'

/** Draws a page that contains its nonce and the names of the request's headers. */
function setUp(status = 200) {
  const drawn: string[] = []
  let begin = () => {}
  let isHeld = false
  const draw: Draw = async (request, response) => {
    drawn.push(request.url ?? '')
    if (isHeld) await new Promise<void>((resolve) => (begin = resolve))
    const { headers } = request
    const nonce = /nonce-(\w+)/.exec(String(headers['content-security-policy']))?.[1]
    response.statusCode = status
    response.setHeader('content-type', 'text/html')
    response.write(`<script nonce="${nonce}">é</script>`)
    response.end(`${Object.keys(headers).sort()} ${headers['accept-language']}`)
  }
  const answer = createStrangerPages(draw)
  const hold = () => {
    isHeld = true
    return () => {
      isHeld = false
      begin()
    }
  }
  let count = 0
  const ask = async (url: string, headers = {}, method = 'GET') => {
    const request = Object.assign(new IncomingMessage(new Socket()), { method, url })
    count += 1
    const csp = `script-src 'nonce-n${count}'`
    Object.assign(request.headers, { host: 'a', 'content-security-policy': csp, ...headers })
    const response = new ServerResponse(request)
    const sent: Buffer[] = []
    response.end = (chunk: unknown) => {
      sent.push(Buffer.from(chunk as string))
      return response
    }
    await answer(request, response)
    return { status: response.statusCode, text: Buffer.concat(sent).toString(), response }
  }
  return { ask, drawn, hold }
}

describe('a page without a parameter', () => {
  it('a page without a parameter is drawn once, and sent with another nonce each time', async () => {
    const { ask, drawn } = setUp()
    const [first, second] = [await ask('/nodes'), await ask('/nodes')]
    expect(drawn).toEqual(['/nodes'])
    expect(first.text).toContain('<script nonce="n1">é</script>')
    expect(second.text).toBe(first.text.replace('n1', 'n2'))
    expect(second.response.getHeader('content-type')).toBe('text/html')
  })

  it('a document of the guide is drawn once, and an unknown one each time', async () => {
    const { ask, drawn } = setUp()
    for (let n = 0; n < 2; n += 1) await ask('/guide/install')
    for (let n = 0; n < 2; n += 1) await ask('/guide/unknown')
    expect(drawn).toEqual(['/guide/install', '/guide/unknown', '/guide/unknown'])
  })

  it('a page is drawn once for all who ask at the same time', async () => {
    const { ask, drawn } = setUp()
    await Promise.all(Array.from({ length: 200 }, () => ask('/')))
    expect(drawn).toEqual(['/'])
  })

  it('a kept page knows of its first caller only the language and the preferences', async () => {
    const { ask } = setUp()
    const { text } = await ask('/', { cookie: 'a', 'accept-language': 'fr;q=0.1, en', evil: 'x' })
    expect(text).toMatch(/>accept-language,content-security-policy,cookie,host en$/)
    expect(text).not.toContain('evil')
  })

  it('a page is kept for each choice of preferences that pages can show, and for no other cookie', async () => {
    const { ask, drawn } = setUp()
    const [dark] = cookieWith({ ...DEFAULT_PREFERENCES, theme: 'dark' }).split(';')
    const [japanese] = cookieWith({ ...DEFAULT_PREFERENCES, language: 'ja' }).split(';')
    const odd = ['tlh', 'qq-x'].map((language) => cookieWith({ ...DEFAULT_PREFERENCES, language }))
    const invalid = ['x', 'e30', ''].map((value) => `__Host-countersign-preferences=${value}`)
    await ask('/')
    for (const cookie of [...odd, ...invalid]) await ask('/', { cookie: cookie.split(';')[0] })
    expect(drawn).toHaveLength(1)
    for (const cookie of [dark, japanese, dark, japanese]) await ask('/', { cookie })
    expect(drawn).toHaveLength(3)
    expect((await ask('/', { cookie: japanese })).text).toMatch(/ ja$/)
    expect((await ask('/', { cookie: dark })).text).toMatch(/ en$/)
  })

  it.each([
    ['a failed one', 500, {}, 'GET', '/'],
    ['Next’s own call for it', 200, { rsc: '1' }, 'GET', '/'],
    ['a prefetch of it', 200, { 'next-router-prefetch': '1' }, 'GET', '/'],
    ['its head', 200, {}, 'HEAD', '/'],
    ['one with a query', 200, {}, 'GET', '/?text=a'],
    ['one of a machine', 200, {}, 'GET', '/machines/worker-1'],
  ])('the drawing of a page is not kept: %s', async (_, status, headers, method, url) => {
    const { ask, drawn } = setUp(status)
    for (let n = 0; n < 2; n += 1) expect((await ask(url, headers, method)).status).toBe(status)
    expect(drawn).toEqual([url, url])
  })
})

describe('pages with a parameter', () => {
  it('pages with a parameter are drawn one at a time, each with its whole request', async () => {
    const { ask, drawn, hold } = setUp()
    const goOn = hold()
    const answers = ['a', 'b', 'c'].map((name) => ask(`/machines/${name}`, { rsc: '1' }))
    await expect.poll(() => drawn).toEqual(['/machines/a'])
    goOn()
    const texts = (await Promise.all(answers)).map(({ text }) => text)
    expect(drawn).toHaveLength(3)
    expect(texts.every((text) => text.includes('rsc'))).toBe(true)
  })

  it('a page with a parameter is refused where a thousand wait, and kept pages are not', async () => {
    const { ask, hold } = setUp()
    await ask('/')
    const goOn = hold()
    const waiting = Array.from({ length: 1_000 }, (_, n) => ask(`/machines/${n}`))
    expect((await ask('/machines/more')).status).toBe(429)
    expect((await ask('/')).status).toBe(200)
    goOn()
    expect((await Promise.all(waiting)).map(({ status }) => status)).not.toContain(429)
  })

  it('a page that ends too late fails and is not sent, and the next one is drawn', async () => {
    const limits: AbortController[] = []
    vi.spyOn(AbortSignal, 'timeout').mockImplementation(() => {
      const limit = new AbortController()
      limits.push(limit)
      return limit.signal
    })
    const { ask, drawn, hold } = setUp()
    const goOn = hold()
    const late = ask('/machines/late')
    const next = ask('/machines/next')
    await expect.poll(() => drawn).toEqual(['/machines/late'])
    limits[0]?.abort()
    await expect(late).rejects.toThrow(/abort/i)
    goOn()
    expect((await next).text).toContain('nonce="n2"')
    expect([drawn, limits.length]).toEqual([['/machines/late', '/machines/next'], 2])
    vi.restoreAllMocks()
  })

  it('a page that fails does not stop the next one', async () => {
    const answer = createStrangerPages(async () => Promise.reject(new Error('broken')))
    const request = Object.assign(new IncomingMessage(new Socket()), { method: 'GET', url: '/x' })
    for (let n = 0; n < 3; n += 1) {
      await expect(answer(request, new ServerResponse(request))).rejects.toThrow('broken')
    }
  })
})
