import { EyeOff, Lock, type LucideIcon, RefreshCw, WifiOff } from 'lucide-react'
import type { ReactNode } from 'react'
import { Said } from '#components/said.tsx'
import { AWAY_ICONS, secondsSince } from '#components/shell/connection-state.tsx'
import { KubeletSignersNote } from '#components/shell/left-out-note.tsx'
import { READ_REQUESTS_RULE, READ_RULES } from '#components/shell/rbac-rules.ts'
import { Button } from '#components/ui/button.tsx'
import { CodeBlock } from '#components/ui/code-block.tsx'
import { CopyButton } from '#components/ui/copy-button.tsx'
import { Sentences, useMessages, Words } from '#components/ui/messages.tsx'
import { Note } from '#components/ui/note.tsx'
import { useFeed, useNow, usePageState } from '#lib/query/live.ts'
import { type LostSource, lostSource, type ShownFeed } from '#lib/query/shown-feed.ts'
import { useLiveClient } from '#lib/query/tab-client.ts'

/** Reason that the page is not current: the problem, its meaning, the remedy. */
export function FeedBanner() {
  const hasList = usePageState() === 'ready'
  const feed = useFeed()
  return (
    <>
      {troubleOf(feed, hasList)}
      {hasList && SHOWN.has(feed.state) && (
        <>
          <KubeletSignersNote />
          <SourcesNote feed={feed} />
        </>
      )}
    </>
  )
}

/** States with a list on screen: a missing source is reported beside it. */
const SHOWN = new Set<ShownFeed['state']>(['live', 'reconnecting', 'stale'])

function troubleOf(feed: ShownFeed, hasList: boolean) {
  const lost = lostSource(feed)
  if (lost !== null) return <SourceLostNote feed={feed} name={lost} />
  switch (feed.state) {
    case 'live':
      return null
    case 'connecting':
      // The skeleton, or the old list, has its own words for this state.
      return null
    case 'reconnecting':
    case 'stale':
      return hasList ? <LostNote feed={feed} /> : null
    case 'forbidden':
    case 'unauthorized':
    case 'unreachable':
      return <AwayNote feed={feed} state={feed.state} />
    case 'withheld':
      return <WithheldNote feed={feed} />
  }
}

interface TroubleProps {
  readonly feed: ShownFeed
  readonly icon: LucideIcon
  readonly title: string
  /** A rule to copy. Without one, the note has a button that tries again. */
  readonly rule?: string
  /** The meaning; the time of the next attempt follows. */
  readonly children: ReactNode
  readonly below?: ReactNode
}

/** Every note on the feed: the problem, its meaning, the next try, and the server's own words. */
function Trouble({ feed, icon, title, rule, children, below }: TroubleProps) {
  return (
    <Note
      icon={icon}
      tone="warn"
      title={title}
      action={rule === undefined ? <RetryButton /> : <CopyRule text={rule} />}
      className="mb-4"
    >
      <p>
        <Sentences>
          {children}
          <NextTry feed={feed} />
        </Sentences>
      </p>
      {below}
      <ItsWords feed={feed} />
    </Note>
  )
}

function SourceLostNote({ feed, name }: { readonly feed: ShownFeed; readonly name: LostSource }) {
  const { off, sourceLost } = useMessages().shell.banner
  const words = sourceLost[name]
  if (feed.state === 'forbidden') {
    return (
      <Trouble feed={feed} icon={Lock} title={words.forbiddenTitle} rule={READ_RULES[name]}>
        {words.forbidden}
      </Trouble>
    )
  }
  return (
    <Trouble feed={feed} icon={WifiOff} title={words.title}>
      <Sentences>
        {words[feed.lastHeardAt === null ? 'never' : 'before']}
        {off}
      </Sentences>
    </Trouble>
  )
}

function CopyRule({ text }: { readonly text: string }) {
  const { off } = useMessages().common
  return <CopyButton text={text} label={off.copyRule} copiedLabel={off.ruleCopied} />
}

function RetryButton() {
  const { common } = useMessages()
  const { retryNow } = useLiveClient()
  return (
    <Button icon={RefreshCw} size="small" onClick={retryNow}>
      {common.retryNow}
    </Button>
  )
}

function LostNote({ feed }: { readonly feed: ShownFeed }) {
  const words = useMessages().shell.banner
  const old = secondsSince(feed.lastHeardAt, useNow())
  const title =
    old === null
      ? words.lostUnknown
      : feed.state === 'stale'
        ? words.stale(old)
        : feed.via === 'connection'
          ? words.lostServer(old)
          : words.lost(old)
  return (
    <Trouble feed={feed} icon={WifiOff} title={title}>
      {words.off}
    </Trouble>
  )
}

function NextTry({ feed }: { readonly feed: ShownFeed }) {
  const { banner } = useMessages().shell
  const now = useNow()
  if (feed.retryAt === null || now === 0) return null
  const seconds = Math.ceil((Date.parse(feed.retryAt) - now) / 1_000)
  return seconds > 0 ? banner.nextTry(seconds) : banner.trying
}

function ItsWords({ feed }: { readonly feed: Pick<ShownFeed, 'message' | 'causes'> }) {
  const { shell } = useMessages()
  const { message: detail, causes } = feed
  if (detail === null || detail === '') return null
  return (
    <p className="text-xs">
      <Words text={shell.banner.words} blanks={{ message: <Said of={{ detail, causes }} /> }} />
    </p>
  )
}

interface AwayNoteProps {
  readonly feed: ShownFeed
  readonly state: 'forbidden' | 'unauthorized' | 'unreachable'
}

function AwayNote({ feed, state }: AwayNoteProps) {
  const { banner } = useMessages().shell
  return (
    <Trouble
      feed={feed}
      icon={AWAY_ICONS[state]}
      title={banner[state]}
      {...(state === 'forbidden' && {
        rule: READ_REQUESTS_RULE,
        below: <CodeBlock label="RBAC" text={READ_REQUESTS_RULE} className="mt-2" />,
      })}
    >
      <Words text={banner[`${state}Text`]} />
    </Trouble>
  )
}

/** The first cause names the missing part and its meaning; the others the reason and the remedy. */
function WithheldNote({ feed }: { readonly feed: ShownFeed }) {
  const { shell } = useMessages()
  const [first, ...why] = feed.causes
  return (
    <Note
      icon={AWAY_ICONS.withheld}
      tone="warn"
      title={shell.banner.withheld}
      action={<RetryButton />}
      className="mb-4"
    >
      <p>
        <Said of={{ detail: feed.message, causes: first === undefined ? [] : [first] }} />
      </p>
      {why.length > 0 && <ItsWords feed={{ message: feed.message, causes: why }} />}
    </Note>
  )
}

const OPTIONAL = ['nodes', 'machines', 'operators'] as const

/** Sources that cannot be read, so that a missing object is not taken for an answer. */
function SourcesNote({ feed }: { readonly feed: ShownFeed }) {
  const { joined, shell } = useMessages()
  const off = OPTIONAL.filter((name) => feed.sources[name].state === 'forbidden')
  const setAside = Object.values(feed.sources).reduce((sum, source) => sum + source.setAside, 0)
  if (off.length === 0 && setAside === 0) return null
  const titles = off.map((name) =>
    feed.sources[name].partly ? shell.banner.machinesPartly : shell.banner.sourceOff[name],
  )
  return (
    <Note
      icon={EyeOff}
      title={off.length > 0 ? joined.sentences(titles) : shell.banner.setAside(setAside)}
      className="mb-4"
      action={
        off.length > 0 ? (
          <CopyRule text={off.map((name) => READ_RULES[name]).join('\n')} />
        ) : undefined
      }
    >
      {off.length > 0 && (
        <p>
          <Sentences>
            <Words text={shell.banner.sourceForbidden} />
            {setAside > 0 && shell.banner.setAside(setAside)}
          </Sentences>
        </p>
      )}
    </Note>
  )
}
