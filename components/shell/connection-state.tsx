import { CloudOff, EyeOff, LoaderCircle, Lock, LogOut, Radio, WifiOff } from 'lucide-react'
import { classNames } from '#components/ui/class-names.ts'
import { Icon } from '#components/ui/icon.tsx'
import { useMessages } from '#components/ui/messages.tsx'
import { useFeed, useNow, usePageState } from '#lib/query/live.ts'

/**
 * Shows "live", or since when the page is not. Not a live region: ConnectionAnnouncer announces the
 * change.
 */
export function ConnectionState() {
  const { shell } = useMessages()
  const isSignedOut = usePageState() === 'signedOut'
  const feed = useFeed()
  const words = shell.connection
  if (isSignedOut) return <State icon={LogOut} tone="off" text={words.signedOut} />
  switch (feed.state) {
    case 'live':
      return <State icon={Radio} tone="good" text={words.live} spoken={words.liveSpoken} />
    case 'connecting':
      return <State icon={LoaderCircle} tone="off" text={words.connecting} turning />
    case 'reconnecting':
    case 'stale':
      return <Aged state={feed.state} lastHeardAt={feed.lastHeardAt} />
    default:
      return <State icon={AWAY_ICONS[feed.state]} tone="warn" text={words[feed.state]} />
  }
}

/** Icon of each state in which the page shows nothing of the cluster. */
export const AWAY_ICONS = {
  forbidden: Lock,
  unauthorized: LogOut,
  unreachable: CloudOff,
  withheld: EyeOff,
} as const

interface AgedProps {
  readonly state: 'reconnecting' | 'stale'
  readonly lastHeardAt: string | null
}

function Aged({ state, lastHeardAt }: AgedProps) {
  const { shell } = useMessages()
  const seconds = secondsSince(lastHeardAt, useNow())
  const words = shell.connection
  const text = seconds === null ? words[state] : words[`${state}Since`](seconds)
  return <State icon={WifiOff} tone="warn" text={text} />
}

/** Whole seconds; null without a valid time. `now` is milliseconds on the server's clock. */
export function secondsSince(at: string | null, now: number): number | null {
  const then = at === null ? Number.NaN : Date.parse(at)
  return Number.isNaN(then) || now === 0 ? null : Math.max(0, Math.round((now - then) / 1_000))
}

interface StateProps {
  readonly icon: typeof Radio
  readonly tone: 'good' | 'warn' | 'off'
  readonly text: string
  readonly spoken?: string
  readonly turning?: boolean
}

/** The spinner begins to turn after a second: its frames would delay the first rows of a page. */
const TURNING = 'animate-spin [animation-delay:1s]'
const TONES = { good: 'text-good-mark', warn: 'text-warn-fg', off: 'text-fg-3' } as const

function State({ icon, tone, text, spoken, turning = false }: StateProps) {
  return (
    <span
      data-connection={tone}
      className={classNames(
        'inline-flex h-8 flex-none items-center gap-1.5 px-2 text-xs whitespace-nowrap max-tablet:px-2.5',
        tone === 'warn' ? 'text-warn-fg' : 'text-fg-2',
      )}
    >
      <Icon of={icon} size="small" className={classNames(TONES[tone], turning && TURNING)} />
      <span className="max-tablet:sr-only">{text}</span>
      {spoken !== undefined && <span className="sr-only">{spoken}</span>}
    </span>
  )
}
