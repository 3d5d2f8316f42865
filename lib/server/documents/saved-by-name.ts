import { cause } from '#lib/csr/cause.ts'
import type { Actor } from '#lib/kube/credentials/actor.ts'
import type { DocumentPlace } from '#lib/kube/documents/document-place.ts'
import type { FollowedDocument } from '#lib/kube/documents/followed-document.ts'
import { causesOf } from '#lib/kube/transport/errors.ts'

/** The actor's username; the last known one if the question fails. Never rejects. */
export const nameNow = (actor: Pick<Actor, 'username' | 'name'>): Promise<string> =>
  actor.name().catch(() => actor.username)

/**
 * The document, saved only with the credential of one username, which is returned (`by`). A file or
 * memory (null) needs none; a text for which `anyway` holds (the kill switch) is saved with any.
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
