import { LONGEST_SIGNER_NAME } from '#lib/csr/name-syntax.ts'
import { NOTE_LIMIT } from '#lib/csr/policy/decision-message.ts'
import { cutName } from '#lib/csr/reading/cut-name.ts'
import { cutText, LONGEST_NAME } from '#lib/csr/reading/cut-text.ts'
import { firstThatFit, type Room } from '#lib/csr/reading/first-that-fit.ts'
import { optionalText, requiredText, textsOf } from '#lib/kube/transport/shape.ts'
import { shared, sharedList } from '#lib/kube/transport/shared-text.ts'

/**
 * Longest stored texts of cluster objects, in characters as JSON writes them. Never below
 * Kubernetes' own bounds; fields bounded only by etcd's 1.5 MB are cut to what a person can read.
 */
const CHARACTERS = {
  'metadata.uid': 128,
  'metadata.name': LONGEST_NAME,
  'metadata.namespace': 253,
  'metadata.resourceVersion': 128,
  'metadata.creationTimestamp': 64,
  'metadata.deletionTimestamp': 64,
  // JSON may write each character of a note as two.
  'metadata.annotations': 2 * NOTE_LIMIT,
  'metadata.labels': 253,
  'spec.clusterName': 253,
  'spec.providerID': 512,
  'spec.signerName': LONGEST_SIGNER_NAME,
  'spec.username': 512,
  'spec.uid': 256,
  'spec.groups': 256,
  'spec.extra': 256,
  'spec.usages': 64,
  'spec.taints': 512,
  'status.addresses': 253,
  'status.addresses.type': 64,
  'status.conditions.type': 316,
  'status.conditions.status': 64,
  'status.conditions.reason': 256,
  // Our own messages have 1,000 characters; JSON may write some as two.
  'status.conditions.message': 2_048,
  'status.conditions.lastUpdateTime': 64,
  'status.conditions.lastTransitionTime': 64,
  'status.nodeInfo.kubeletVersion': 64,
  'status.nodeRef.name': 253,
  'status.nodeRef.uid': 128,
  'status.phase': 64,
} as const

/** Bounds of lists. */
const ROOMS = {
  'metadata.labels': { entries: 16, characters: 1_024 },
  'spec.groups': { entries: 256, characters: 16_384 },
  'spec.extra': { entries: 64, characters: 16_384 },
  'spec.usages': { entries: 32, characters: 1_024 },
  'spec.taints': { entries: 64, characters: 8_192 },
  'status.addresses': { entries: 64, characters: 8_192 },
  'status.conditions': { entries: 16, characters: 65_536 },
} as const satisfies Readonly<Record<string, Room>>

type Field = keyof typeof CHARACTERS
type ListField = keyof typeof ROOMS

/** Reads one object's texts within their bounds, and records the fields that were cut. */
export interface BoundedReader {
  /** Names are compared: a cut one equals no other (`cutName`). */
  name(value: unknown, at: Field): string
  nameOr<T>(value: unknown, at: Field, otherwise: T): string | T
  /** A name that many objects share. */
  word(value: unknown, at: Field, otherwise: string): string
  /** Words are only read: a cut one ends with `…`, and is not recorded. */
  words(value: unknown, at: Field): string
  /** The first entries, each made by `read`. */
  list<V, T>(values: readonly V[], at: ListField, read: (value: V) => T): readonly T[]
  /** The first texts of a list, such as usages or groups. */
  texts(value: unknown, at: Field & ListField): readonly string[]
  /** Cut fields, each once, in the order of reading. */
  readonly cut: readonly string[]
}

/** A name as it is stored, to be compared with stored ones. */
export function bounded(name: string, at: Field): string {
  return cutName(name, CHARACTERS[at])
}

/** An object's name as it is stored. */
export function boundedName(name: string): string {
  return bounded(name, 'metadata.name')
}

/** The first groups of a person, as many as a requestor's. */
export function boundedGroups(groups: readonly string[]): readonly string[] {
  return createBoundedReader().texts(groups, 'spec.groups')
}

/** All its functions throw a ProjectionError, like those of shape.ts. */
export function createBoundedReader(): BoundedReader {
  const cut = new Set<string>()

  function name(value: string, at: Field): string {
    const kept = bounded(value, at)
    if (kept !== value) cut.add(at)
    return kept
  }

  function list<V, T>(values: readonly V[], at: ListField, read: (value: V) => T): readonly T[] {
    const kept = firstThatFit(each(values, read), ROOMS[at])
    if (kept.length < values.length) cut.add(at)
    return kept
  }

  return {
    name: (value, at) => name(requiredText(value, at), at),
    nameOr(value, at, otherwise) {
      const text = optionalText(value, at)
      return text === null ? otherwise : name(text, at)
    },
    word: (value, at, otherwise) => shared(name(optionalText(value, at) ?? otherwise, at)),
    words: (value, at) => cutText(optionalText(value, at) ?? '', CHARACTERS[at]),
    list,
    texts: (value, at) => sharedList(list(textsOf(value, at), at, (one) => shared(name(one, at)))),
    get cut() {
      return [...cut]
    },
  }
}

function* each<V, T>(values: readonly V[], read: (value: V) => T): Iterable<T> {
  for (const value of values) yield read(value)
}
