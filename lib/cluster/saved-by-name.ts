import { cause } from '#lib/csr/cause.ts'
import type { DocumentPlace } from '#lib/csr/policy/admin-document.ts'
import type { Actor } from '#lib/kube/credentials/actor.ts'
import type { FollowedDocument } from '#lib/kube/documents/followed-document.ts'
import type { ActingIdentity } from '#lib/kube/transport/acting-identity.ts'
import { causesOf } from '#lib/kube/transport/errors.ts'

/** The actor's username; the last known one if the question fails. Never rejects. */
export const nameNow = (actor: Pick<Actor, 'username' | 'name'>): Promise<string> =>
  actor.name().catch(() => actor.username)

/** The author, whose name is asked for once, whether or not the API server answers. */
export function askedOnce(author: Author): Author {
  let name: Promise<string> | null = null
  return {
    ...author,
    name() {
      name ??= author.name()
      return name
    },
  }
}

/** The person who saves, by their own credential. */
export type Author = Pick<Actor, 'username' | 'name' | 'as' | 'anyway'>

/**
 * The document, with a `save` that returns the username of its credential (`by`) and refuses without
 * one. A file and memory (null) need no credential. A text for which `anyway` holds, the kill switch,
 * is saved even if the username is not known.
 */
export function savedByName(
  document: FollowedDocument<ActingIdentity>,
  place: DocumentPlace | null,
  anyway: (text: string) => boolean = () => false,
  /** Whether a document that is no object of the cluster may be saved. */
  isOwn = true,
): FollowedDocument<Author> {
  return {
    ...document,
    async save(text, version, author) {
      const saveAs = async (by: string) => document.save(text, version, author.as(by))
      if (place?.kind !== 'configMap') {
        if (!isOwn) return { outcome: 'forbidden', causes: [cause('nowhereToSaveList')] }
        const by = await nameNow(author)
        return { ...(await saveAs(by)), by }
      }
      let by: string
      try {
        by = await author.name()
      } catch (error) {
        if (anyway(text)) return { ...(await document.save(text, version, author.anyway)), by: '' }
        return { outcome: 'error', causes: [cause('actorUnknown'), ...causesOf(error)] }
      }
      return { ...(await saveAs(by)), by }
    },
  }
}
