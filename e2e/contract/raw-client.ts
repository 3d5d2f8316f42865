import { setTimeout as wait } from 'node:timers/promises'
import { type CallOptions, type KubeAnswer, kubeClient } from '../fixtures/kube-client.ts'

/** Raw access to the API server: status, headers, body; without retries. */
export interface Client {
  call(method: string, path: string, options?: CallOptions): Promise<Answer>
  /** Opens a watch; its frames are read in order. */
  watch(path: string): Promise<Watching>
  close(): Promise<void>
}

// biome-ignore lint/suspicious/noExplicitAny: the shape of the answer is what the tests are about
export type Answer = KubeAnswer<any>

export interface Frame {
  readonly type: string
  // biome-ignore lint/suspicious/noExplicitAny: the shape of the object is what the tests are about
  readonly object: any
}

export interface Watching {
  readonly status: number
  /** The next matching frame; rejects when the stream ends, or after 20 s. */
  next(fits?: (frame: Frame) => boolean): Promise<Frame>
  /** Resolves with the remaining frames when the server ends the stream. */
  rest(): Promise<Frame[]>
  stop(): void
}

const PATIENCE_MS = 20_000

/** A client of a kubeconfig's cluster and user, or with another token. */
export function openClient(kubeconfig: string, token?: string): Client {
  const kube = kubeClient(kubeconfig, token)
  return {
    call: (method, path, options) => kube.call(method, path, options),
    async watch(path) {
      const response = await kube.open(path)
      const frames = framesOf(response)
      const stop = () => void response.destroy()
      return {
        status: response.statusCode ?? 0,
        next: (fits = () => true) => patiently(nextOf(frames, fits), stop),
        rest: () => patiently(restOf(frames), stop),
        stop,
      }
    },
    close: kube.close,
  }
}

/** Polls until the answer fits; rejects with the last answer after 20 s. */
export async function until<T>(ask: () => Promise<T>, fits: (answer: T) => boolean): Promise<T> {
  const end = Date.now() + PATIENCE_MS
  for (;;) {
    const answer = await ask()
    if (fits(answer)) return answer
    if (Date.now() > end) throw new Error(`still not so: ${JSON.stringify(answer)}`)
    await wait(50)
  }
}

async function* framesOf(body: AsyncIterable<Buffer>): AsyncGenerator<Frame> {
  let rest = ''
  const decoder = new TextDecoder()
  for await (const chunk of body) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) yield JSON.parse(line) as Frame
  }
}

async function nextOf(frames: AsyncGenerator<Frame>, fits: (frame: Frame) => boolean) {
  for (;;) {
    const { value, done } = await frames.next()
    if (done) throw new Error('the watch has ended')
    if (fits(value)) return value
  }
}

async function restOf(frames: AsyncGenerator<Frame>): Promise<Frame[]> {
  const all: Frame[] = []
  for await (const frame of frames) all.push(frame)
  return all
}

async function patiently<T>(work: Promise<T>, stop: () => void): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`nothing within ${PATIENCE_MS / 1000} s`))
      stop()
    }, PATIENCE_MS)
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}
