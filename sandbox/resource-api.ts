import {
  alreadyExists,
  badRequest,
  conflict,
  forbidden,
  invalid,
  type Named,
  notFound,
} from '#sandbox/api-status.ts'
import { cannot, maySign, mayTouch } from '#sandbox/authorize.ts'
import * as csrRules from '#sandbox/csr-rules.ts'
import type { Rights, User } from '#sandbox/identities.ts'
import { mergePatch } from '#sandbox/merge-patch.ts'
import type { Store } from '#sandbox/object-store.ts'
import type { CsrObject, KubeObject } from '#sandbox/objects.ts'
import { type StoryClock, timestamp } from '#sandbox/sandbox-clock.ts'
import type { Random } from '#sandbox/seeded-random.ts'
import { CSRS, groupVersion, type ServedResource } from '#sandbox/served-resources.ts'

/** An object or collection; `name` and `namespace` are '' where there is none. */
export interface Target {
  readonly resource: ServedResource
  readonly namespace: string
  readonly name: string
  readonly subresource: string
}

const MODIFIED =
  'the object has been modified; please apply your changes to the latest version and try again'

/**
 * Reads and writes of single objects with the API server's order of checks: rights, uid
 * precondition, resourceVersion, validation, admission. Throws a Refusal.
 */
export class Api {
  readonly store: Store
  readonly rights: Rights
  readonly clock: StoryClock
  readonly #random: Random

  constructor({
    store,
    rights,
    clock,
    random,
  }: Pick<Api, 'store' | 'rights' | 'clock'> & { readonly random: Random }) {
    this.store = store
    this.rights = rights
    this.clock = clock
    this.#random = random
  }

  get(user: User, target: Target): KubeObject {
    this.authorize(user, 'get', target)
    return this.#existing(target)
  }

  create(user: User, target: Target, body: unknown): KubeObject {
    this.authorize(user, 'create', target)
    return this.accept(user, target, body)
  }

  /** Creates without checking rights; the object is still stamped with the user. */
  accept(user: User, target: Target, body: unknown): KubeObject {
    const object = readObject(body, target.resource)
    const { generateName, ...metadata } = object.metadata
    const name = metadata.name ?? this.#freeName(target, generateName ?? '')
    const prepared = this.#prepare(
      user,
      { ...target, name },
      {
        ...withKind(object, target.resource),
        metadata: {
          name,
          ...(generateName === undefined ? {} : { generateName }),
          ...(target.resource.namespaced ? { namespace: target.namespace } : {}),
          uid: this.#random.uid(),
          creationTimestamp: timestamp(this.clock.now()),
          ...(metadata.labels ? { labels: metadata.labels } : {}),
          ...(metadata.annotations ? { annotations: metadata.annotations } : {}),
        },
      },
    )
    const key = keyOf({ ...target, name })
    if (this.store.get(target.resource, key) !== undefined)
      throw alreadyExists(nameOf({ ...target, name }))
    return this.store.put(target.resource, key, prepared)
  }

  /** Generates a free name, in eight tries like the API server. */
  #freeName(target: Target, prefix: string): string {
    let name = ''
    for (let tries = 0; tries < 8; tries += 1) {
      name = `${prefix}${this.#random.suffix()}`
      if (this.store.get(target.resource, keyOf({ ...target, name })) === undefined) break
    }
    return name
  }

  update(user: User, target: Target, body: unknown): KubeObject {
    this.authorize(user, 'update', target)
    const object = readObject(body, target.resource)
    const { name } = object.metadata
    if (name !== undefined && name !== target.name) {
      throw badRequest(
        `the name of the object (${name}) does not match the name on the URL (${target.name})`,
      )
    }
    return this.#replace(user, target, object, this.#existing(target))
  }

  /** RFC 7386; a strategic merge gives the same result for the objects here. */
  patch(user: User, target: Target, body: unknown): KubeObject {
    this.authorize(user, 'patch', target)
    const old = this.#existing(target)
    return this.#replace(user, target, readObject(mergePatch(old, body), target.resource), old)
  }

  delete(user: User, target: Target): KubeObject {
    this.authorize(user, 'delete', target)
    const old = this.#existing(target)
    this.store.remove(target.resource, keyOf(target))
    return old
  }

  authorize(user: User, verb: string, target: Target): void {
    const { resource, namespace, name, subresource } = target
    const wanted = {
      verb,
      group: resource.group,
      resource: resource.plural,
      subresource,
      namespace,
      name,
    }
    if (mayTouch(this.rights, user, wanted)) return
    throw forbidden(nameOf(target), cannot(user, wanted))
  }

  #replace(user: User, target: Target, object: KubeObject, old: KubeObject): KubeObject {
    const { uid, resourceVersion } = object.metadata
    if (uid && uid !== old.metadata.uid) {
      const why = `UID in precondition: ${uid}, UID in object meta: ${old.metadata.uid}`
      throw conflict(nameOf(target), `Precondition failed: ${why}`)
    }
    if (resourceVersion && resourceVersion !== old.metadata.resourceVersion) {
      throw conflict(nameOf(target), MODIFIED)
    }
    const { metadata } = old
    const next: KubeObject = {
      ...withKind(object, target.resource),
      metadata: {
        ...object.metadata,
        name: metadata.name,
        ...(metadata.namespace === undefined ? {} : { namespace: metadata.namespace }),
        ...(metadata.uid === undefined ? {} : { uid: metadata.uid }),
        ...(metadata.creationTimestamp === undefined
          ? {}
          : { creationTimestamp: metadata.creationTimestamp }),
      },
    }
    const result =
      target.resource === CSRS
        ? this.#replaceCsr(user, target, next as CsrObject, old as CsrObject)
        : replacePart(next, old, target)
    return this.store.put(target.resource, keyOf(target), result)
  }

  #replaceCsr(user: User, target: Target, object: CsrObject, old: CsrObject): KubeObject {
    const part = target.subresource === '' ? 'main' : (target.subresource as csrRules.Part)
    const next = csrRules.prepareForUpdate(object, old, part, timestamp(this.clock.now()))
    const refusal = invalid(nameOf(target), csrRules.validateUpdate(next, old, part))
    if (refusal !== null) throw refusal
    const { signerName } = old.spec
    if (part === 'approval' && !maySign(this.rights, user, signerName)) {
      const why = `user not permitted to approve requests with signerName "${signerName}"`
      throw forbidden(nameOf(target), why)
    }
    return next
  }

  #prepare(user: User, target: Target, object: KubeObject): KubeObject {
    if (target.resource === CSRS) return csrRules.prepareForCreate(readCsr(object), user)
    // A new custom resource with a status subresource has no status.
    const { status: _, ...rest } = object
    return target.resource.custom ? rest : object
  }

  #existing(target: Target): KubeObject {
    const object = this.store.get(target.resource, keyOf(target))
    if (object === undefined) throw notFound(nameOf(target))
    return object
  }
}

export function keyOf({ resource, namespace, name }: Omit<Target, 'subresource'>): string {
  return resource.namespaced ? `${namespace}/${name}` : name
}

export function nameOf({ resource, name }: Target): Named {
  return { group: resource.group, plural: resource.plural, kind: resource.kind, name }
}

function readObject(body: unknown, resource: ServedResource): KubeObject {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw badRequest('the object provided is unrecognized (must be of type object)')
  }
  const object = body as Partial<KubeObject>
  const kind = object.kind ?? resource.kind
  const apiVersion = object.apiVersion ?? groupVersion(resource)
  if (kind !== resource.kind || apiVersion !== groupVersion(resource)) {
    const given = `"${apiVersion}, Kind=${kind}"`
    throw badRequest(`the object in the data (${given}) does not match what the URL names`)
  }
  return { ...object, metadata: object.metadata ?? ({} as KubeObject['metadata']) }
}

function readCsr(object: KubeObject): CsrObject {
  const spec = (object.spec ?? {}) as Partial<CsrObject['spec']>
  return {
    ...object,
    spec: {
      ...spec,
      request: spec.request ?? '',
      signerName: spec.signerName ?? '',
      usages: spec.usages ?? [],
    },
    status: {},
  }
}

function withKind(object: KubeObject, resource: ServedResource): KubeObject {
  return { ...object, apiVersion: groupVersion(resource), kind: resource.kind }
}

/** Changes the status only through its subresource, and nothing else through it. */
function replacePart(next: KubeObject, old: KubeObject, target: Target): KubeObject {
  if (!target.resource.subresources.includes('status')) return next
  if (target.subresource === 'status') return { ...old, status: next.status }
  const { status: _, ...rest } = next
  return old.status === undefined ? rest : { ...rest, status: old.status }
}
