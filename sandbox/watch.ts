import { expired } from '#sandbox/api-status.ts'
import type { StoreEvent } from '#sandbox/object-store.ts'
import type { KubeObject } from '#sandbox/objects.ts'
import type { Api, Target } from '#sandbox/resource-api.ts'
import { CSRS, groupVersion, type ServedResource } from '#sandbox/served-resources.ts'

export interface Watch {
  /** Sends the error for lost history, as the API server does during a watch, and ends. */
  expire(): void
  /** Sends nothing more and does not end, like a half-open connection. */
  stall(): void
  close(): void
}

/** Starts to send. A version that is too old gets one ERROR before the end. */
export function openWatch(
  api: Api,
  target: Target,
  query: {
    /** Version to start from; null for now. */
    readonly version: number | null
    readonly bookmarks: boolean
    readonly timeoutSeconds: number
    readonly select: (object: KubeObject) => boolean
    /** Form in which the caller wants objects. */
    readonly shape: (object: unknown) => unknown
  },
  sink: {
    /** Sends one JSON document; the caller ends the line. */
    send(frame: unknown): void
    end(): void
  },
): Watch {
  const { store } = api
  const { resource, namespace } = target
  const from = query.version ?? store.version
  let open = true
  let silent = false
  const timers: NodeJS.Timeout[] = []
  const tell = (type: string, object: unknown) => {
    if (open && !silent) sink.send({ type, object })
  }
  const concerns = ({ metadata }: KubeObject) =>
    namespace === '' || metadata.namespace === namespace
  const onEvent = (event: StoreEvent) => {
    if (event.resource !== resource || !concerns(event.object)) return
    // A version ahead of this server: send nothing until the server reaches it.
    if (event.version <= from) return
    if (query.select(event.object)) tell(event.type, query.shape(event.object))
  }
  const bookmark = () => tell('BOOKMARK', bookmarkOf(resource, store.version))
  const unsubscribe = store.subscribe(onEvent)
  const close = () => {
    if (!open) return
    open = false
    unsubscribe()
    for (const timer of timers) clearTimeout(timer)
    sink.end()
  }
  const fail = (message: string) => {
    tell('ERROR', expired(message).status)
    close()
  }

  const past = store.since(from)
  if (past === null) {
    // After the caller has received the watch.
    queueMicrotask(() => fail(`too old resource version: ${from} (${store.compacted})`))
  } else {
    for (const event of past) onEvent(event)
  }
  timers.push(setTimeout(close, query.timeoutSeconds * 1000))
  if (query.bookmarks) {
    // The API server's interval.
    timers.push(setInterval(bookmark, 60_000))
  }
  return {
    expire: () => fail('The resourceVersion for the provided watch is too old.'),
    stall: () => {
      silent = true
      for (const timer of timers) clearTimeout(timer)
    },
    close,
  }
}

function bookmarkOf(resource: ServedResource, version: number): unknown {
  const spec = resource === CSRS ? { request: null, signerName: '', usages: null } : {}
  return {
    kind: resource.kind,
    apiVersion: groupVersion(resource),
    metadata: { resourceVersion: `${version}` },
    ...(resource.custom ? {} : { spec, status: {} }),
  }
}
