import { createApi } from '#lib/query/api.ts'
import type { BrowserApis } from '#lib/query/edges.ts'
import { exchangeKey, parseSession, type Session } from '#lib/query/session.ts'
import { createStore } from '#lib/query/store.ts'

type Taken = BrowserApis['early']

export interface EarlyAnswers extends Taken {
  /** Exchanges the launch key, then asks for the first answers of the page at that address. */
  readonly ask: (key: string, address: string) => void
}

/** The questions of `summaryQuery` and `listQuery` when the Machines page opens without a filter. */
export const SUMMARY_PATH = '/api/summary'
export const FIRST_ROWS_PATH =
  '/api/machines?verdict=all&section=waiting&sort=deadline&from=0&to=100'

export function createEarlyAnswers(edges: Pick<BrowserApis, 'fetch' | 'localNow'>): EarlyAnswers {
  let session: Promise<Response> | null = null
  const answers = new Map<string, Promise<object | null>>()
  let isDropped = false

  /** Asks for the rows before it passes the session on, so that the rows can be taken by then. */
  async function exchange(key: string, paths: readonly string[]): Promise<Response> {
    const response = await exchangeKey(edges, key)
    const found = response.ok ? parseSession(await response.clone().text()) : null
    if (found === null) return response
    const api = createApi({ ...edges, session: createStore<Session>(found), early: null })
    for (const path of paths) {
      // Milliseconds until an early answer counts as lost and is asked for again.
      const signal = AbortSignal.timeout(30_000)
      const answer = api.tagged(path, { known: undefined, signal }).catch(() => null)
      answers.set(path, answer)
    }
    return response
  }

  return {
    ask(key, address) {
      session = exchange(key, address === '/' ? [SUMMARY_PATH, FIRST_ROWS_PATH] : [SUMMARY_PATH])
      // An unreachable server is an answer, too, and no error of the page.
      session.catch(() => {})
    },
    takeSession() {
      const taken = session
      session = null
      return taken
    },
    take(path) {
      const answer = answers.get(path)
      if (isDropped || answer === undefined) return null
      answers.delete(path)
      return answer.then((tagged) => (isDropped ? null : tagged))
    },
    drop() {
      isDropped = true
    },
  }
}
