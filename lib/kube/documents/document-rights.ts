import { constants } from 'node:fs'
import { access } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { DocumentPlace } from '#lib/csr/policy/admin-document.ts'
import { mayUpdateConfigMap } from '#lib/kube/reads/access-reviews.ts'
import type { Identity } from '#lib/kube/transport/acting-identity.ts'
import { codeOf } from '#lib/kube/transport/errors.ts'

/**
 * Whether the document can be written; null while unknown. A file is replaced whole, so its folder
 * must be writable too.
 */
export async function mayWriteDocument(
  identity: Identity,
  place: DocumentPlace,
): Promise<boolean | null> {
  if (place.kind === 'configMap') {
    return mayUpdateConfigMap(identity, place).catch(() => null)
  }
  const [folder, file] = await Promise.all([
    isWritable(dirname(place.path)),
    isWritable(place.path, 'ENOENT'),
  ])
  return folder && file
}

async function isWritable(path: string, unless?: string): Promise<boolean> {
  return access(path, constants.W_OK).then(
    () => true,
    (error: unknown) => codeOf(error) === unless,
  )
}
