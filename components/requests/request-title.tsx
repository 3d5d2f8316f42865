'use client'

import { useEffect } from 'react'
import { visible } from '#lib/csr/escape.ts'
import { useRequestDetail } from '#lib/query/live.ts'

/** The request's own name in the tab: the address has its uid only, and the server reads for nobody. */
export function RequestTitle({ uid }: { readonly uid: string }) {
  const name = useRequestDetail(uid).detail?.name
  useEffect(() => {
    if (name === undefined) return
    const before = document.title
    // Of the page that is being left, maybe: all end in the product's name.
    const titled = `${visible(name)}${before.slice(before.lastIndexOf(' · '))}`
    document.title = titled
    return () => {
      // Unless the next page has named itself by now.
      if (document.title === titled) document.title = before
    }
  }, [name])
  return null
}
