import type { Channel } from '#lib/query/edges.ts'

/** What a tab says to find out whether there are others. */
const QUESTIONS: ReadonlySet<unknown> = new Set(['ping', 'runAsk'])

/**
 * A channel that says nothing but questions until it has heard somebody: most browsers have one tab
 * open, and copying every patch for nobody costs as much as applying it. Every tab asks when it is
 * opened, so whoever leads then knows; and who comes to lead has heard the one that led before.
 */
export function quietChannel(channel: Channel): Channel {
  let heard = false
  return {
    post(message) {
      if (heard || isQuestion(message)) channel.post(message)
    },
    onMessage(listener) {
      return channel.onMessage((message) => {
        heard = true
        listener(message)
      })
    },
    close: () => channel.close(),
  }
}

function isQuestion(message: unknown): boolean {
  return (
    typeof message === 'object' &&
    message !== null &&
    'kind' in message &&
    QUESTIONS.has(message.kind)
  )
}
