import type { IncomingMessage } from 'node:http'
import { request } from 'node:https'
import { text } from 'node:stream/consumers'
import type { Account } from '#sandbox/openid/openid-provider.ts'

/** The parts of a browser that a sign-in at the provider needs: redirects, cookies and one form. */
export interface ProviderBrowser {
  /**
   * Opens the page and signs in there; null cancels. Returns the address to which the provider then
   * sends the browser, without opening it.
   */
  signIn(location: string, account: Account | null): Promise<string>
}

export function providerBrowser(ca: string): ProviderBrowser {
  const cookies = new Map<string, string>()

  async function send(url: URL, form?: string): Promise<IncomingMessage> {
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      const outgoing = request(url, {
        ca,
        method: form === undefined ? 'GET' : 'POST',
        headers: {
          cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; '),
          ...(form !== undefined && { 'content-type': 'application/x-www-form-urlencoded' }),
        },
        agent: false,
      })
      outgoing.on('response', resolve).on('error', reject)
      outgoing.end(form)
    })
    for (const line of answer.headers['set-cookie'] ?? []) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      if (value === '') cookies.delete(name)
      else cookies.set(name, value)
    }
    return answer
  }

  return {
    async signIn(location, account) {
      let url = new URL(location)
      const { origin } = url
      let form: string | undefined
      for (let redirects = 0; redirects < 10; redirects++) {
        const answer = await send(url, form)
        const body = await text(answer)
        form = undefined
        const next = answer.headers.location
        if (next !== undefined) {
          url = new URL(next, url)
          if (url.origin !== origin) return url.href
        } else if (answer.statusCode === 200 && url.pathname.startsWith('/interaction/')) {
          form = new URLSearchParams({ account: account ?? '' }).toString()
        } else throw new Error(`the provider answered ${answer.statusCode}: ${body}`)
      }
      throw new Error('the provider redirects without end')
    },
  }
}
