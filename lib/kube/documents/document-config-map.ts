import { type Cause, cause } from '#lib/csr/cause.ts'
import { type ConfigMapPlace, MAX_DOCUMENT_BYTES } from '#lib/csr/policy/admin-document.ts'
import { cutText } from '#lib/csr/reading/cut-text.ts'
import {
  type DocumentKeeper,
  type DocumentKeys,
  type DocumentReading,
  type SaveResult,
  unreadable,
} from '#lib/kube/documents/document-keeper.ts'
import { versionOf } from '#lib/kube/documents/document-text.ts'
import type { Identity } from '#lib/kube/transport/acting-identity.ts'
import {
  causesOf,
  isConflict,
  isForbidden,
  isNotFound,
  isUnauthorized,
  mayHaveHappened,
  orNull,
} from '#lib/kube/transport/errors.ts'
import { type Fields, fieldsOf, optionalFields } from '#lib/kube/transport/shape.ts'
import { call, segment } from '#lib/kube/transport/transport.ts'

/** 1 MiB of document as JSON (a control character takes six bytes), and other keys. */
const MAX_ANSWER_BYTES = 8 * 1024 * 1024
/** Writers of other keys cause conflicts; then the object is read again. */
const MAX_WRITES = 4

/**
 * Documents in one ConfigMap, each in one of its keys; a save leaves the rest of the object
 * unchanged.
 */
export function configMapKeeper(
  reader: Identity,
  { namespace, name }: ConfigMapPlace,
): DocumentKeeper {
  const collection = `/api/v1/namespaces/${segment(namespace)}/configmaps`
  const path = `${collection}/${segment(name)}`
  const place = `${namespace}/${name}`

  /** The whole object; null for none. Rejects with a KubeError or a ProjectionError. */
  async function get(identity: Identity): Promise<Fields | null> {
    const wanted = { method: 'GET', path, maxBytes: MAX_ANSWER_BYTES } as const
    const answer = await orNull(call(identity, wanted), isNotFound)
    return answer && fieldsOf(answer.body, 'ConfigMap')
  }

  /** The keys that are there; a document that is in none of them yet is written to the first. */
  function heldKeys(object: Fields | null, keys: DocumentKeys): readonly string[] {
    const data = optionalFields(object?.data, 'data')
    const binary = optionalFields(object?.binaryData, 'binaryData')
    return keys.filter((key) => Object.hasOwn(data, key) || Object.hasOwn(binary, key))
  }

  function readingOf(object: Fields | null, keys: DocumentKeys): DocumentReading {
    if (object === null) return { absent: cause('configMapAbsent', { place }) }
    const [key, other] = heldKeys(object, keys)
    if (key === undefined) return { absent: cause('configMapWithoutKey', { place, key: keys[0] }) }
    // Neither is believed: the admin who wrote the one may not know of the other.
    if (other !== undefined) return unreadable(cause('configMapBoth', { place, key, other }))
    const text = ownKey(optionalFields(object.data, 'data'), key)
    if (text === undefined) return unreadable(cause('configMapBinary', { place, key }))
    if (typeof text !== 'string') return unreadable(cause('configMapNotText', { place, key }))
    return Buffer.byteLength(text) > MAX_DOCUMENT_BYTES
      ? unreadable(cause('configMapTooLarge', { place, key, bytes: MAX_DOCUMENT_BYTES }))
      : { text, version: versionOf(text), key, ...helmOwnerOf(object) }
  }

  async function put(
    identity: Identity,
    object: Fields | null,
    key: string,
    text: string,
  ): Promise<void> {
    const { managedFields: _, ...metadata } = optionalFields(object?.metadata, 'metadata')
    const body = {
      ...object,
      apiVersion: 'v1',
      kind: 'ConfigMap',
      // The read uid and resourceVersion make the API server refuse a changed object.
      metadata: object === null ? { name, namespace } : metadata,
      data: Object.fromEntries([
        ...Object.entries(optionalFields(object?.data, 'data')).filter(([other]) => other !== key),
        [key, text],
      ]),
    }
    const maxBytes = MAX_ANSWER_BYTES
    await call(
      identity,
      object === null
        ? { method: 'POST', path: collection, body, maxBytes }
        : { method: 'PUT', path, body, maxBytes },
    )
  }

  /** Reads back after a write whose answer was lost. */
  async function readBack(
    identity: Identity,
    keys: DocumentKeys,
    text: string,
    lost: readonly Cause[],
  ): Promise<SaveResult> {
    try {
      const reading = readingOf(await get(identity), keys)
      if ('text' in reading && reading.text === text) return { outcome: 'saved' }
    } catch {
      // The outcome stays unknown.
    }
    return { outcome: 'unknown', causes: lost }
  }

  return {
    async read(documents) {
      try {
        const object = await get(reader)
        return documents.map((keys) => readingOf(object, keys))
      } catch (error) {
        const why = isForbidden(error) ? 'configMapForbidden' : 'configMapUnreadable'
        const reading = { unreadable: [cause(why, { place }), ...causesOf(error)] }
        return documents.map(() => reading)
      }
    },

    async write(keys, text, version, identity) {
      for (let writes = 0; writes < MAX_WRITES; writes += 1) {
        let isWriting = false
        try {
          const object = await get(identity)
          const reading = readingOf(object, keys)
          const [key = keys[0]] = heldKeys(object, keys)
          if ('unreadable' in reading) return { outcome: 'changed', causes: reading.unreadable }
          if (('text' in reading ? reading.version : null) !== version) {
            return { outcome: 'changed', causes: [cause('configMapChanged', { place, key })] }
          }
          isWriting = true
          await put(identity, object, key, text)
          return { outcome: 'saved' }
        } catch (error) {
          // "Already exists" counts too: another writer has just created it.
          if (isWriting && isConflict(error)) continue
          const causes = causesOf(error)
          if (isForbidden(error) || isUnauthorized(error)) return { outcome: 'forbidden', causes }
          if (isWriting && mayHaveHappened(error)) return readBack(identity, keys, text, causes)
          return { outcome: 'error', causes }
        }
      }
      return { outcome: 'changed', causes: [cause('configMapBusy', { place })] }
    },
  }
}

/** The Helm release whose next upgrade writes the object again. */
function helmOwnerOf(object: Fields): { readonly helmRelease?: string } {
  const { labels, annotations } = optionalFields(object.metadata, 'metadata')
  const by = ownKey(optionalFields(labels, 'labels'), 'app.kubernetes.io/managed-by')
  if (by !== 'Helm') return {}
  const release = ownKey(optionalFields(annotations, 'annotations'), 'meta.helm.sh/release-name')
  return { helmRelease: typeof release === 'string' ? cutText(release, 253) : '' }
}

function ownKey(fields: Fields, key: string): unknown {
  return Object.hasOwn(fields, key) ? fields[key] : undefined
}
