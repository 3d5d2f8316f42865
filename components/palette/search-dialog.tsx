import { Dialog } from '@base-ui/react/dialog'
import { Search } from 'lucide-react'
import { useRouter } from 'next/navigation'
import {
  type KeyboardEvent,
  type RefObject,
  useEffect,
  useId,
  useMemo,
  useRef,
  useState,
} from 'react'
import { useDecideActions } from '#components/decide/decide-context.ts'
import { type Command, type Entry, entriesOf } from '#components/palette/entries.ts'
import { usePalette } from '#components/palette/palette-context.ts'
import { useChooseLanguage } from '#components/shell/language.ts'
import {
  MACHINES_PATH,
  machinePath,
  NOTIFICATIONS_PATH,
  PAGES,
  RUNS_PATH,
  requestPath,
} from '#components/shell/routes.ts'
import { useToggleTheme } from '#components/shell/theme.ts'
import { classNames } from '#components/ui/class-names.ts'
import { ClusterText } from '#components/ui/cluster-text.tsx'
import { useFocusAtOnce } from '#components/ui/focus-at-once.ts'
import { Icon } from '#components/ui/icon.tsx'
import { useMessages, Words } from '#components/ui/messages.tsx'
import { useModal } from '#components/ui/modal.ts'
import { LANGUAGE_TAGS, LANGUAGES } from '#lib/messages/languages.ts'
import { useSearch } from '#lib/query/live.ts'

interface SearchDialogProps {
  readonly open: boolean
  readonly onClose: () => void
}

/** ⌘K: finds a machine, a request or a node, or runs a command. */
export function SearchDialog({ open, onClose }: SearchDialogProps) {
  const { palette } = useMessages()
  const input = useRef<HTMLInputElement>(null)
  useModal(open, onClose)
  return (
    <Dialog.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <Dialog.Portal>
        <Dialog.Backdrop className="fixed inset-0 z-40 bg-scrim" />
        <Dialog.Popup
          initialFocus={false}
          aria-label={palette.title}
          className="fixed top-[12vh] left-1/2 z-40 flex max-h-[70vh] w-[min(600px,calc(100vw-24px))] -translate-x-1/2 flex-col overflow-hidden rounded-xl overlay outline-none max-tablet:top-3 max-tablet:max-h-[calc(100dvh-24px)]"
        >
          <Dialog.Title className="sr-only">{palette.title}</Dialog.Title>
          <SearchBox input={input} onClose={onClose} />
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  )
}

interface SearchBoxProps {
  readonly input: RefObject<HTMLInputElement | null>
  readonly onClose: () => void
}

function SearchBox({ input, onClose }: SearchBoxProps) {
  const { palette } = useMessages()
  const [text, setText] = useState('')
  const entries = useEntries(text)
  const [at, setAt] = useState(0)
  const chosen = Math.min(at, Math.max(0, entries.length - 1))
  const id = useId()
  const list = useRef<HTMLDivElement>(null)

  useFocusAtOnce(input)
  useEffect(() => {
    list.current?.querySelector(`#${CSS.escape(`${id}-${chosen}`)}`)?.scrollIntoView({
      block: 'nearest',
    })
  }, [chosen, id])

  function run(entry: Entry | undefined): void {
    if (entry === undefined) return
    onClose()
    entry.run()
  }

  function onKeyDown(event: KeyboardEvent): void {
    // An input method uses the same keys for its own candidates.
    if (event.nativeEvent.isComposing) return
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (step !== undefined) {
      event.preventDefault()
      setAt((chosen + step + entries.length) % Math.max(1, entries.length))
    } else if (event.key === 'Enter') {
      event.preventDefault()
      run(entries[chosen])
    }
  }

  return (
    <>
      <div className="flex items-center gap-2.5 border-b border-line px-4 text-fg-3">
        <Icon of={Search} />
        <input
          ref={input}
          role="combobox"
          aria-expanded
          aria-controls={`${id}-list`}
          aria-activedescendant={entries.length > 0 ? `${id}-${chosen}` : undefined}
          aria-autocomplete="list"
          aria-label={palette.title}
          placeholder={palette.placeholder}
          autoComplete="off"
          spellCheck={false}
          value={text}
          onChange={(event) => {
            setText(event.target.value)
            setAt(0)
          }}
          onKeyDown={onKeyDown}
          className="h-12 min-w-0 flex-1 bg-transparent text-md text-fg outline-none"
        />
      </div>
      <div
        ref={list}
        id={`${id}-list`}
        role="listbox"
        aria-label={palette.title}
        className="min-h-0 flex-1 overflow-y-auto p-1.5"
      >
        {entries.map((entry, index) => (
          <Option
            key={entry.id}
            id={`${id}-${index}`}
            entry={entry}
            first={entries[index - 1]?.group !== entry.group}
            chosen={index === chosen}
            onChoose={() => run(entry)}
            onPoint={() => setAt(index)}
          />
        ))}
      </div>
      {entries.length === 0 && <p className="px-4 pb-5 text-fg-2">{palette.none}</p>}
      <p
        role="status"
        className="border-t border-line bg-overlay-foot px-4 py-2 text-xs text-fg-3 max-tablet:sr-only"
      >
        <span className="sr-only">{palette.results(entries.length)}</span>
        <span aria-hidden>
          <Words text={palette.hint} />
        </span>
      </p>
    </>
  )
}

interface OptionProps {
  readonly id: string
  readonly entry: Entry
  /** The first entry of its group has the group's name above it. */
  readonly first: boolean
  readonly chosen: boolean
  readonly onChoose: () => void
  readonly onPoint: () => void
}

function Option({ id, entry, first, chosen, onChoose, onPoint }: OptionProps) {
  const { palette, common } = useMessages()
  const command = entry.group === 'commands'
  const hints: Readonly<Record<string, string>> = common.stages as never
  return (
    <>
      {first && (
        <div aria-hidden className="px-2.5 pt-2 pb-1 text-xs text-fg-3">
          {palette.groups[entry.group]}
        </div>
      )}
      {/* The combobox handles the keys: aria-activedescendant names the active option. */}
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: see above */}
      {/* biome-ignore lint/a11y/useFocusableInteractive: see above */}
      <div
        id={id}
        role="option"
        aria-selected={chosen}
        onClick={onChoose}
        onPointerMove={onPoint}
        className={classNames(
          'flex min-h-9 items-center gap-3 rounded-md px-2.5 max-tablet:min-h-11',
          chosen && 'bg-selected outline-2 -outline-offset-2 outline-focus',
        )}
      >
        <span className="min-w-0 flex-1">
          {command ? entry.name : <ClusterText text={entry.name} />}
        </span>
        <span className="max-w-[45%] min-w-0 text-xs text-fg-3">
          {entry.group === 'machines' ? (
            hints[entry.hint]
          ) : (
            <ClusterText text={entry.hint} face="sans" />
          )}
        </span>
      </div>
    </>
  )
}

function useEntries(text: string): readonly Entry[] {
  const { palette } = useMessages()
  const router = useRouter()
  const toggleTheme = useToggleTheme()
  const speak = useChooseLanguage()
  const { bulk } = useDecideActions()
  const open = usePalette()
  const groups = useSearch(text)

  const commands = useMemo<readonly Command[]>(() => {
    const { commands: names } = palette
    const go = (path: string) => () => router.push(path)
    return [
      { id: 'bulk', name: names.bulk, hint: '⇧A', run: () => bulk() },
      ...PAGES.map(({ name, path, letter }) => {
        return { id: name, name: names[name], hint: `g ${letter}`, run: go(path) }
      }),
      { id: 'runs', name: names.runs, hint: '', run: go(RUNS_PATH) },
      { id: 'notifications', name: names.notifications, hint: '', run: go(NOTIFICATIONS_PATH) },
      {
        id: 'heldBack',
        name: names.filterHeldBack,
        hint: '',
        run: go(`${MACHINES_PATH}?verdict=heldBack`),
      },
      { id: 'theme', name: names.theme, hint: '', run: toggleTheme },
      ...LANGUAGE_TAGS.filter((tag) => tag !== document.documentElement.lang).map((tag) => {
        const name = names.language(tag, LANGUAGES[tag].name)
        return { id: tag, name, hint: '', run: () => speak(tag) }
      }),
      { id: 'keys', name: names.keys, hint: '?', run: () => open('keys') },
    ]
  }, [palette, router, bulk, toggleTheme, speak, open])

  return useMemo(
    () =>
      entriesOf(text, commands, groups, {
        machine: (name) => router.push(machinePath(name)),
        request: (uid) => router.push(requestPath(uid)),
      }),
    [text, commands, groups, router],
  )
}
