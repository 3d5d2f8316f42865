import { cause } from '#lib/csr/cause.ts'
import type { Actor } from '#lib/kube/credentials/actor.ts'
import type { DocumentPlace } from '#lib/kube/documents/document-place.ts'
import type { FollowedDocument } from '#lib/kube/documents/followed-document.ts'
import { causesOf } from '#lib/kube/transport/errors.ts'

/** Never rejects: where it cannot be asked, it is whoever it was last. */
export const nameNow = (actor: Pick<Actor, 'username' | 'name'>): Promise<string> =>
  actor.name().catch(() => actor.username)

/**
 * The document, saved with the credential of one name, which is told with it (`by`) for the log; with
 * anybody else's nothing is written. A file, or memory (null), takes no credential: it is saved while
 * the API server does not answer, too. What stops everything is saved by whoever it is (`anyway`).
 */
export function savedByName(
  document: FollowedDocument,
  place: DocumentPlace | null,
  actor: Pick<Actor, 'username' | 'name' | 'as'>,
  anyway: (text: string) => boolean = () => false,
): FollowedDocument {
  return {
    ...document,
    async save(text, version) {
      if (place?.kind !== 'configMap') {
        return { ...(await document.save(text, version)), by: await nameNow(actor) }
      }
      let by: string
      try {
        by = await actor.name()
      } catch (error) {
        if (anyway(text)) return { ...(await document.save(text, version)), by: '' }
        return { outcome: 'error', causes: [cause('actorUnknown'), ...causesOf(error)] }
      }
      return { ...(await document.save(text, version, actor.as(by))), by }
    },
  }
}
