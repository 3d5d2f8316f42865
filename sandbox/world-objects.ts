import { type RequestSpec, requestBody } from '#sandbox/http-request.ts'
import { SYSTEM, type User } from '#sandbox/identities.ts'
import type { KubeObject } from '#sandbox/objects.ts'
import { type Api, keyOf, type Target } from '#sandbox/resource-api.ts'
import {
  CLUSTER_OPERATORS,
  CSRS,
  MACHINES,
  NODES,
  RESOURCES,
  type ServedResource,
} from '#sandbox/served-resources.ts'

const KINDS = { csrs: CSRS, nodes: NODES, machines: MACHINES, operators: CLUSTER_OPERATORS }

/** `csrs`, `nodes`, `machines`, `operators`, or the plural of another served resource. */
export type KindName = keyof typeof KINDS | (string & {})

export interface ObjectPlace {
  readonly namespace?: string
  readonly subresource?: string
}

/** Changes the cluster without rights, for tests and stories. */
export class World {
  readonly #api: Api

  constructor(api: Api) {
    this.#api = api
  }

  list(kind: KindName): readonly KubeObject[] {
    return this.#api.store.list(resourceOf(kind))
  }

  get(kind: KindName, name: string, place: ObjectPlace = {}): KubeObject | undefined {
    const target = targetOf(kind, name, place)
    return this.#api.store.get(target.resource, keyOf(target))
  }

  /** Creates an object, with its status if it has one. */
  create(kind: KindName, object: Partial<KubeObject> & Pick<KubeObject, 'metadata'>): KubeObject {
    const { namespace } = object.metadata
    const place = namespace === undefined ? {} : { namespace }
    const created = this.#api.create(SYSTEM, targetOf(kind, '', place), object)
    if (object.status === undefined || resourceOf(kind) === CSRS) return created
    const target = targetOf(kind, created.metadata.name, { ...place, subresource: 'status' })
    return this.#api.update(SYSTEM, target, { ...created, status: object.status })
  }

  /** A merge patch (RFC 7386); `subresource: 'status'` for the status. */
  patch(kind: KindName, name: string, patch: unknown, place: ObjectPlace = {}): KubeObject {
    return this.#api.patch(SYSTEM, targetOf(kind, name, place), patch)
  }

  delete(kind: KindName, name: string, place: ObjectPlace = {}): void {
    this.#api.delete(SYSTEM, targetOf(kind, name, place))
  }

  /** Files a request with a real PKCS#10 inside, as that user. */
  file(user: User, story: RequestSpec): KubeObject {
    return this.#api.accept(user, targetOf('csrs', '', {}), requestBody(story))
  }
}

function resourceOf(kind: KindName): ServedResource {
  const known = (KINDS as Record<string, ServedResource>)[kind]
  const resource = known ?? RESOURCES.find(({ plural }) => plural === kind)
  if (resource === undefined) throw new Error(`the sandbox does not serve ${kind}`)
  return resource
}

function targetOf(kind: KindName, name: string, place: ObjectPlace): Target {
  const { namespace = '', subresource = '' } = place
  return { resource: resourceOf(kind), namespace, name, subresource }
}
