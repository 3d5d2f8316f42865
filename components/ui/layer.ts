import { useInBrowser } from '#components/ui/in-browser.ts'

/**
 * Container of menus and tooltips: inside the page's main landmark, for screen readers that go by
 * landmarks. Undefined (the body) until the page is there.
 */
export function useLayer(): HTMLElement | undefined {
  return useInBrowser(() => document.getElementById('main'), null) ?? undefined
}
