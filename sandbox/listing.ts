import { badRequest, tooLarge } from '#sandbox/api-status.ts'
import type { KubeObject } from '#sandbox/objects.ts'
import { type Api, keyOf, type Target } from '#sandbox/resource-api.ts'
import { groupVersion, type ServedResource } from '#sandbox/served-resources.ts'

/**
 * One page, with the version of the first page: a watch from there reports what changed meanwhile.
 */
export function listPage(
  api: Api,
  target: Target,
  query: {
    readonly limit: number
    readonly continueToken: string
    /** Oldest version accepted; 0 for any. */
    readonly notBefore: number
    /** The selector as the caller wrote it; '' for all objects. */
    readonly fieldSelector: string
  },
): unknown {
  const { resource, namespace } = target
  const { store } = api
  if (query.notBefore > store.version) throw tooLarge(query.notBefore, store.version)
  const from = query.continueToken === '' ? null : readToken(query.continueToken)
  const version = from?.version ?? store.version
  const select = readSelector(query.fieldSelector)
  const all = store
    .list(resource)
    .filter(
      (object) => (namespace === '' || object.metadata.namespace === namespace) && select(object),
    )
  const start =
    from === null ? 0 : all.findIndex((object) => `${keyIn(resource, object)}` >= from.start)
  const rest = start < 0 ? [] : all.slice(start)
  const items = query.limit > 0 ? rest.slice(0, query.limit) : rest
  const remaining = rest.length - items.length
  const last = items.at(-1)
  const more = remaining > 0 && last !== undefined
  return {
    kind: `${resource.kind}List`,
    apiVersion: groupVersion(resource),
    metadata: {
      resourceVersion: `${version}`,
      ...(more
        ? {
            continue: writeToken({ version, start: `${keyIn(resource, last)}\u0000` }),
            // The API server does not know this count where a selector is given.
            ...(query.fieldSelector === '' ? { remainingItemCount: remaining } : {}),
          }
        : {}),
    },
    items: resource.custom ? items : items.map(({ kind: _k, apiVersion: _v, ...item }) => item),
  }
}

/** Fields of CSRs that a selector can name. */
const FIELDS: Readonly<Record<string, (object: KubeObject) => string | undefined>> = {
  'metadata.name': ({ metadata }) => metadata.name,
  'spec.signerName': ({ spec }) => (spec as { signerName?: string })?.signerName,
}

/** Parses terms of `=`, `==` and `!=` joined by commas; refuses fields that a CSR cannot be selected by. */
export function readSelector(text: string): (object: KubeObject) => boolean {
  const tests = text
    .split(',')
    .filter((term) => term !== '')
    .map((term) => {
      const [, path, sign, value] = /^(.*?)(!=|==|=)(.*)$/.exec(term) ?? []
      if (path === undefined) {
        throw badRequest(`invalid selector: '${text}'; can't understand '${term}'`)
      }
      const field = FIELDS[path]
      if (field === undefined) throw badRequest(`field label not supported: ${path}`)
      return (object: KubeObject) => (field(object) === value) === (sign !== '!=')
    })
  return (object) => tests.every((one) => one(object))
}

interface Token {
  readonly version: number
  readonly start: string
}

function keyIn(resource: ServedResource, { metadata }: KubeObject): string {
  const { name, namespace = '' } = metadata
  return keyOf({ resource, namespace, name })
}

function writeToken({ version, start }: Token): string {
  const token = { v: 'meta.k8s.io/v1', rv: version, start }
  return Buffer.from(JSON.stringify(token)).toString('base64url')
}

function readToken(text: string): Token {
  try {
    const { v, rv, start } = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'))
    if (v === 'meta.k8s.io/v1' && Number.isInteger(rv) && rv !== 0 && typeof start === 'string') {
      return { version: rv, start }
    }
  } catch {
    // Refused below.
  }
  throw badRequest('continue key is not valid')
}
