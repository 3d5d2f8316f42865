import { CircleQuestionMark, Inbox, Search, SunMoon } from 'lucide-react'
import Link from 'next/link'
import { RunChip } from '#components/bulk/run-chip.tsx'
import { useWhose } from '#components/decide/whose.ts'
import { useMessages } from '#components/messages.tsx'
import { usePalette } from '#components/palette/palette-context.ts'
import { ClusterDetails } from '#components/shell/cluster-details.tsx'
import { useCommandKey } from '#components/shell/command-key.ts'
import { ConnectionState } from '#components/shell/connection-state.tsx'
import { Mark } from '#components/shell/mark.tsx'
import { MACHINES_PATH } from '#components/shell/routes.ts'
import { useChosenTheme, useToggleTheme } from '#components/shell/theme.ts'
import { UserMenu } from '#components/sign-in/user-menu.tsx'
import { Button, LinkButton } from '#components/ui/button.tsx'
import { Count } from '#components/ui/chip.tsx'
import { Icon } from '#components/ui/icon.tsx'
import { Kbd } from '#components/ui/kbd.tsx'
import { useCount } from '#lib/query/live.ts'

interface TopBarProps {
  /** Whether nothing of the cluster may be shown. */
  readonly shut: boolean
}

export function TopBar({ shut }: TopBarProps) {
  const { common, shell } = useMessages()
  const { open } = usePalette()
  useChosenTheme()
  const toggleTheme = useToggleTheme()
  return (
    <div className="flex h-[52px] items-center gap-2 px-6 max-tablet:gap-0.5 max-tablet:pr-2 max-tablet:pl-3.5">
      <Link
        href={MACHINES_PATH}
        aria-label={shell.home}
        className="reach inline-flex flex-none items-center gap-[9px] text-md font-semibold tracking-snug"
      >
        <Mark />
        <span className="max-tablet:hidden">{common.product}</span>
      </Link>
      <ClusterDetails />
      <span className="flex-1" />
      {!shut && (
        <>
          <RunChip />
          <ConnectionState />
          <Waiting />
        </>
      )}
      <Button
        look="quiet"
        square
        aria-label={shell.theme}
        onClick={toggleTheme}
        className="max-tablet:hidden"
      >
        <Icon of={SunMoon} />
      </Button>
      {!shut && (
        <>
          <Button
            look="quiet"
            square
            aria-label={shell.keys}
            onClick={() => open('keys')}
            className="max-tablet:hidden"
          >
            <Icon of={CircleQuestionMark} />
          </Button>
          <SearchButton />
        </>
      )}
      <UserMenu />
    </div>
  )
}

function SearchButton() {
  const { shell, keys } = useMessages()
  const { open } = usePalette()
  const command = useCommandKey()
  const gap = command === keys.names.control ? ' ' : ''
  return (
    <button
      type="button"
      onClick={() => open('search')}
      className="reach inline-flex h-8 items-center gap-2 rounded-md border border-line bg-surface pr-1.5 pl-2.5 text-left text-fg-3 transition-colors hover:border-line-control wide:w-52 max-tablet:h-11 max-tablet:border-0 max-tablet:px-3"
    >
      <Icon of={Search} />
      <span className="flex-1 max-wide:sr-only">{shell.searchShort}</span>
      <Kbd>
        {command}
        {gap}K
      </Kbd>
    </button>
  )
}

/** A component of its own, so that a changed number renders only the number. */
function Waiting() {
  const { shell } = useMessages()
  const waiting = useCount('waiting')
  const whose = useWhose()
  return (
    <LinkButton
      href={MACHINES_PATH}
      look="quiet"
      aria-label={shell.waiting[whose](waiting)}
      className="px-2 text-fg max-tablet:hidden"
    >
      <Icon of={Inbox} />
      {waiting > 0 && <Count value={waiting} tone="accent" />}
    </LinkButton>
  )
}
