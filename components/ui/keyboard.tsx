import { createContext, type ReactNode, use, useCallback, useLayoutEffect, useRef } from 'react'
import { modalUntil } from '#components/ui/modal.ts'

/**
 * Actions by key: `j`, `shift+x`, `g m` (one after the other), `/`, `?`, `Enter`, `Escape`, `mod+k`
 * (⌘ or Ctrl). A handler that returns false passes the key to an outer one.
 */
export type Bindings = Readonly<Record<string, (event: KeyboardEvent) => unknown>>

/** Adds bindings until the returned function is called. */
type Bind = (bindings: { readonly current: Bindings }) => () => void

const BindContext = createContext<Bind | null>(null)

/** Registers keys of the page; inner handlers precede outer ones. */
export function useKeys(bindings: Bindings): void {
  const bind = use(BindContext)
  const latest = useRef(bindings)
  // Layout effects, so that keys act as soon as their rows are painted.
  useLayoutEffect(() => {
    latest.current = bindings
  })
  useLayoutEffect(() => bind?.(latest), [bind])
}

const PathContext = createContext('')

/** The path of the page, without its query. */
export function usePath(): string {
  return use(PathContext)
}

/** Longest time between the two keys of a sequence. */
const SEQUENCE_MS = 1_500

interface KeyboardProps {
  readonly path: string
  /** Whether single letters are shortcuts; a person may turn them off. */
  readonly letters: boolean
  readonly children: ReactNode
}

export function Keyboard({ path, letters, children }: KeyboardProps) {
  const layers = useRef<{ readonly current: Bindings }[]>([])

  useLayoutEffect(() => {
    let prefix: { readonly key: string; readonly at: number } | null = null

    function run(name: string, event: KeyboardEvent): boolean {
      for (const layer of [...layers.current].reverse()) {
        const handler = layer.current[name]
        if (handler !== undefined && handler(event) !== false) return true
      }
      return false
    }
    const isPrefix = (key: string) =>
      layers.current.some(({ current }) =>
        Object.keys(current).some((name) => name.startsWith(`${key} `)),
      )

    function onKeyDown(event: KeyboardEvent): void {
      if (event.defaultPrevented || event.isComposing || event.repeat) {
        // Holding j or k walks through rows; holding a must not approve.
        if (!event.repeat || event.defaultPrevented || !/^[jk]$/.test(event.key)) return
      }
      const mod = event.metaKey || event.ctrlKey
      if (mod && !event.altKey && !event.shiftKey && event.key.toLowerCase() === 'k') {
        // One dialog at a time. The browser must not handle the key either: it would move the focus
        // out of the dialog.
        const done = event.timeStamp < modalUntil() || run('mod+k', event)
        if (done) event.preventDefault()
        return
      }
      if (mod || event.altKey) return
      const target = event.target instanceof Element ? event.target : null
      // A dialog blocks decisions behind it, also when its focused button has disappeared.
      if (event.timeStamp < modalUntil()) return
      // Dialogs and menus handle their own keys, also a closed one, which is drawn until the next
      // frame: a person may not have seen what is behind it.
      if (target?.closest('[role="dialog"], [role="alertdialog"], [role="menu"]') != null) return
      if (event.key === 'Escape') {
        if (!isField(target) && run('Escape', event)) event.preventDefault()
        return
      }
      if (isField(target)) return
      if (event.key === 'Enter') {
        // A focused link or button handles the key itself.
        const busy = target?.closest('a, button, summary, [role="button"], [tabindex="0"]') ?? null
        if (busy === null && run('Enter', event)) event.preventDefault()
        return
      }
      if (event.key.length !== 1 || !letters) return
      const key = nameOf(event)
      const now = event.timeStamp
      if (prefix !== null && now - prefix.at < SEQUENCE_MS) {
        const name = `${prefix.key} ${key}`
        prefix = null
        if (run(name, event)) event.preventDefault()
        return
      }
      prefix = null
      if (run(key, event)) {
        event.preventDefault()
      } else if (isPrefix(key)) {
        prefix = { key, at: now }
        event.preventDefault()
      }
    }

    document.addEventListener('keydown', onKeyDown)
    return () => document.removeEventListener('keydown', onKeyDown)
  }, [letters])

  const bind = useCallback<Bind>((bindings) => {
    layers.current.push(bindings)
    return () => {
      layers.current = layers.current.filter((layer) => layer !== bindings)
    }
  }, [])
  return (
    <BindContext value={bind}>
      <PathContext value={path}>{children}</PathContext>
    </BindContext>
  )
}

/** Name of the key: `shift+x` for a capital, however typed; signs as typed: `?`, `/`. */
function nameOf(event: KeyboardEvent): string {
  const lower = event.key.toLowerCase()
  return /^[a-z]$/.test(lower) && event.shiftKey ? `shift+${lower}` : lower
}

/** Whether the element takes letters as text. */
function isField(target: Element | null): boolean {
  if (target === null) return false
  if (target instanceof HTMLElement && target.isContentEditable) return true
  if (target.matches('textarea, select, [role="textbox"], [role="combobox"]')) return true
  return (
    target instanceof HTMLInputElement && !['checkbox', 'radio', 'button'].includes(target.type)
  )
}
