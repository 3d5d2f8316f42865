import { useCommandKey } from '#components/shell/command-key.ts'
import { useLetters } from '#components/shell/letters.tsx'
import { PAGES } from '#components/shell/routes.ts'
import { Checkbox } from '#components/ui/checkbox.tsx'
import { Dialog } from '#components/ui/dialog.tsx'
import { Sentences, useMessages, Words } from '#components/ui/messages.tsx'

interface KeySheetProps {
  readonly open: boolean
  readonly onClose: () => void
}

/** Lists every key, with a switch for single-letter keys. */
export function KeySheet({ open, onClose }: KeySheetProps) {
  const { keys } = useMessages()
  const [letters, setLetters] = useLetters()
  const command = useCommandKey()
  const { does, names, groups } = keys
  const sheet: readonly (readonly [string, readonly (readonly [readonly string[], string])[]])[] = [
    [
      groups.list,
      [
        [['j'], does.next],
        [['k'], does.previous],
        [['x'], does.select],
        [[names.shift, 'x'], does.selectRange],
        [[names.enter], does.open],
        [['/'], does.filter],
        [['u'], does.bringIn],
      ],
    ],
    [
      groups.decide,
      [
        [['a'], does.approve],
        [[names.shift, 'a'], does.bulk],
        [['d'], does.deny],
        [[command, names.enter], does.primary],
        [[names.escape], does.escape],
      ],
    ],
    [
      groups.go,
      [
        [[command, 'K'], does.palette],
        [['?'], does.help],
        ...PAGES.map(({ name, letter }) => [['g', letter], does[name]] as const),
      ],
    ],
  ]
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title={keys.title}
      description={keys.description}
      width="wide"
    >
      <div className="grid gap-x-8 gap-y-5 px-5 py-4 tablet:grid-cols-3">
        {sheet.map(([title, rows]) => (
          <section key={title} aria-label={title}>
            <h3 className="mb-1 text-xs text-fg-3">{title}</h3>
            <dl>
              {rows.map(([pressed, what]) => (
                <div key={what} className="flex min-h-8 items-center gap-3">
                  <dt className="flex-1">{what}</dt>
                  <dd className="flex gap-1">
                    {pressed.map((key) => (
                      <kbd
                        key={key}
                        className="inline-flex h-5 min-w-5 items-center justify-center rounded-sm border border-line bg-surface px-1.5 font-sans text-2xs leading-none font-medium text-fg-2"
                      >
                        {key}
                      </kbd>
                    ))}
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
      <div className="flex gap-3 border-t border-line px-5 py-3.5">
        <Checkbox
          id="letters"
          checked={letters}
          onChange={(event) => setLetters(event.target.checked)}
          className="mt-0.5"
        />
        <div>
          <label htmlFor="letters" className="font-semibold">
            {keys.singleLetters}
          </label>
          <p className="text-fg-2">
            <Sentences>
              <Words
                text={keys.singleLettersHint}
                blanks={{ search: <code className="mono">{command} K</code> }}
              />
              {keys.kept}
            </Sentences>
          </p>
        </div>
      </div>
    </Dialog>
  )
}
