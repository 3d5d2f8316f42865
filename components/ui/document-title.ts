import { useEffect } from 'react'

/** Names the document while the component is there; null leaves its title alone. */
export function useDocumentTitle(name: string | null): void {
  useEffect(() => {
    if (name === null) return
    const before = document.title
    // The title before may be the last page's; its end is always the product's name.
    const titled = `${name} · ${before.split(' · ').at(-1)}`
    document.title = titled
    return () => {
      // Restore it unless the next page has already set its own.
      if (document.title === titled) document.title = before
    }
  }, [name])
}
