'use client'

import { useEffect } from 'react'
import { visible } from '#lib/csr/escape.ts'
import { useRequestDetail } from '#lib/query/live.ts'

/**
 * The request's name as document title: the address has only the uid, and the server reads no
 * requests.
 */
export function RequestTitle({ uid }: { readonly uid: string }) {
  const name = useRequestDetail(uid).detail?.name
  useEffect(() => {
    if (name === undefined) return
    const before = document.title
    // The title before may be the last page's; its end is always the product's name.
    const titled = `${visible(name)}${before.slice(before.lastIndexOf(' · '))}`
    document.title = titled
    return () => {
      // Restore it unless the next page has already set its own.
      if (document.title === titled) document.title = before
    }
  }, [name])
  return null
}
