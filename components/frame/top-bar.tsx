import { ChevronDown, Inbox, Search, SunMoon } from 'lucide-react'
import Link from 'next/link'
import { RunChip } from '#components/bulk/run-chip.tsx'
import { useWhose } from '#components/decide/whose.ts'
import { HelpMenu } from '#components/frame/help-menu.tsx'
import { usePalette } from '#components/palette/palette-context.ts'
import { useCommandKey } from '#components/shell/command-key.ts'
import { ConnectionState } from '#components/shell/connection-state.tsx'
import { useChosenLanguage } from '#components/shell/language.ts'
import { Mark } from '#components/shell/mark.tsx'
import { MACHINES_PATH } from '#components/shell/routes.ts'
import { useChosenTheme, useToggleTheme } from '#components/shell/theme.ts'
import { UserMenu } from '#components/sign-in/user-menu.tsx'
import { Button, LinkButton } from '#components/ui/button.tsx'
import { Count } from '#components/ui/chip.tsx'
import { ClusterText } from '#components/ui/cluster-text.tsx'
import { Icon } from '#components/ui/icon.tsx'
import { Kbd } from '#components/ui/kbd.tsx'
import { useMessages } from '#components/ui/messages.tsx'
import { Popover } from '#components/ui/popover.tsx'
import { useCluster, useCount } from '#lib/query/live.ts'

interface TopBarProps {
  /** Whether nothing of the cluster may be shown, as before the sign-in. */
  readonly shut: boolean
  /** Version of the running program. */
  readonly version: string
}

export function TopBar({ shut, version }: TopBarProps) {
  const { common, shell } = useMessages()
  useChosenTheme()
  useChosenLanguage()
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
          <HelpMenu version={version} />
          <SearchButton />
        </>
      )}
      <UserMenu />
    </div>
  )
}

function SearchButton() {
  const { shell, keys } = useMessages()
  const open = usePalette()
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

/** The cluster and the acting user, so that an approval does not go to the wrong cluster. */
function ClusterDetails() {
  const { shell } = useMessages()
  const cluster = useCluster()
  if (cluster === null) return <span className="h-8" />
  const [version] = cluster.versions
  return (
    <>
      <span aria-hidden className="mx-1 text-xl font-light text-line max-tablet:hidden">
        /
      </span>
      <Popover
        title={<ClusterText text={cluster.name} face="sans" truncate="none" />}
        trigger={
          <button
            type="button"
            className="reach inline-flex h-8 min-w-0 items-center gap-2 rounded-md px-2 font-medium transition-colors hover:bg-sunken max-tablet:px-1.5"
          >
            <span className="sr-only">{shell.cluster}</span>
            <ClusterText text={cluster.name} face="sans" className="max-w-60 max-tablet:max-w-36" />
            {version !== undefined && (
              <span className="text-xs font-normal text-fg-3 max-wide:hidden">{version}</span>
            )}
            <Icon of={ChevronDown} size="small" className="text-fg-3" />
          </button>
        }
      >
        <dl className="mt-2 grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-1.5">
          <dt className="text-fg-3">{shell.clusterServer}</dt>
          <dd>
            <ClusterText text={cluster.server} truncate="none" />
          </dd>
          {cluster.versions.length > 0 && (
            <>
              <dt className="text-fg-3">{shell.clusterVersion}</dt>
              <dd>{cluster.versions.join(' · ')}</dd>
            </>
          )}
          <dt className="text-fg-3">{shell.clusterUser}</dt>
          <dd>
            <ClusterText text={cluster.user} truncate="none" />
          </dd>
        </dl>
      </Popover>
    </>
  )
}
