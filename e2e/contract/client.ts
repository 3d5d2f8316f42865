import { readFileSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'
import { Agent, request } from 'undici'
import { parse as parseYaml } from 'yaml'

/** Raw access to the API server: status, headers, body; without retries. */
export interface Client {
  call(method: string, path: string, options?: CallOptions): Promise<Answer>
  /** Opens a watch; its frames are read in order. */
  watch(path: string): Promise<Watching>
  close(): Promise<void>
}

export interface CallOptions {
  readonly body?: unknown
  readonly contentType?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly as?: { readonly username: string; readonly groups?: readonly string[] }
}

export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  /** Parsed where it is JSON. */
  // biome-ignore lint/suspicious/noExplicitAny: the shape of the answer is what the tests are about
  readonly body: any
}

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

/**
 * A client for the only cluster and user of a kubeconfig, or for that server with another token or
 * none.
 */
export function openClient(kubeconfig: string, token?: string): Client {
  // biome-ignore lint/suspicious/noExplicitAny: a kubeconfig that the targets themselves write
  const config = parseYaml(readFileSync(kubeconfig, 'utf8')) as any
  const { cluster } = config.clusters[0]
  const user = token === undefined ? config.users[0].user : { token }
  const pem = (data: string | undefined, file: string | undefined) =>
    data === undefined ? file && readFileSync(file) : Buffer.from(data, 'base64')
  const dispatcher = new Agent({
    allowH2: false,
    connections: 16,
    headersTimeout: PATIENCE_MS,
    bodyTimeout: 0,
    connect: {
      ca: pem(cluster['certificate-authority-data'], cluster['certificate-authority']),
      cert: pem(user['client-certificate-data'], user['client-certificate']),
      key: pem(user['client-key-data'], user['client-key']),
    },
  })
  const proof: Record<string, string> = user.token ? { authorization: `Bearer ${user.token}` } : {}
  return {
    async call(method, path, options = {}) {
      const { body, contentType = 'application/json', headers, as } = options
      const response = await request(`${cluster.server}${path}`, {
        dispatcher,
        method: method as 'GET',
        headers: {
          accept: 'application/json',
          ...(body === undefined ? {} : { 'content-type': contentType }),
          ...proof,
          ...(as === undefined ? {} : { 'impersonate-user': as.username }),
          ...(as?.groups === undefined ? {} : { 'impersonate-group': [...as.groups] }),
          ...headers,
        },
        body: body === undefined ? null : JSON.stringify(body),
      })
      const bytes = Buffer.from(await response.body.arrayBuffer())
      return { status: response.statusCode, headers: response.headers, body: parse(bytes) }
    },
    async watch(path) {
      const controller = new AbortController()
      const response = await request(`${cluster.server}${path}`, {
        dispatcher,
        headers: { accept: 'application/json', ...proof },
        signal: controller.signal,
      })
      const frames = framesOf(response.body)
      return {
        status: response.statusCode,
        next: (fits = () => true) => patiently(nextOf(frames, fits), controller),
        rest: () => patiently(restOf(frames), controller),
        stop: () => controller.abort(),
      }
    },
    close: () => dispatcher.destroy(),
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

async function patiently<T>(work: Promise<T>, controller: AbortController): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`nothing within ${PATIENCE_MS / 1000} s`))
      controller.abort()
    }, PATIENCE_MS)
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}

function parse(bytes: Buffer): unknown {
  const text = bytes.toString('utf8')
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
