'use client'

import { useDocumentTitle } from '#components/ui/document-title.ts'
import { visible } from '#lib/csr/escape.ts'
import { useRequestDetail } from '#lib/query/live.ts'

/**
 * The request's name as document title: the address has only the uid, and the server reads no
 * requests.
 */
export function RequestTitle({ uid }: { readonly uid: string }) {
  const name = useRequestDetail(uid).detail?.name
  useDocumentTitle(name === undefined ? null : visible(name))
  return null
}
