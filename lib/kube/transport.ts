import type { Clock } from '#lib/kube/clock.ts'
import type { Identity } from '#lib/kube/identity.ts'

export type QueryValue = string | number | boolean | undefined

export interface Call {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  /** Absolute, each segment already through `segment`. */
  readonly path: string
  readonly query?: Readonly<Record<string, QueryValue>>
  readonly body?: unknown
  readonly contentType?: string
  readonly signal?: AbortSignal
  /** For the whole call; 15 s when absent. */
  readonly timeoutMs?: number
  /** Of the answer, unpacked; 32 MiB when absent. */
  readonly maxBytes?: number
}

/** A 2xx answer; everything else rejects with a KubeError. */
export interface Answer {
  readonly status: number
  /** Parsed JSON; null when there was no body. */
  readonly body: unknown
}

export interface StreamCall {
  readonly path: string
  readonly query?: Readonly<Record<string, QueryValue>>
  readonly signal: AbortSignal
  /** Until the answer begins. */
  readonly openTimeoutMs?: number
  /** Silence longer than this ends the stream with a `timeout` error. */
  readonly silenceMs: number
  readonly maxLineBytes?: number
  readonly clock?: Clock
  /** The answer has begun with 200. */
  readonly onOpen?: () => void
}

export declare function call(identity: Identity, request: Call): Promise<Answer>

/** Line-delimited JSON: yields what one chunk of the network completed, parsed. */
export declare function stream(
  identity: Identity,
  request: StreamCall,
): AsyncGenerator<readonly unknown[], void, undefined>

/** One path segment of a name that anybody may have chosen. Throws on '', '.' and '..'. */
export declare function segment(name: string): string
