'use client'

import { CloudOff, EyeOff, Lock, LogOut, RefreshCw, WifiOff } from 'lucide-react'
import { useMessages, Words } from '#components/messages.tsx'
import { Said } from '#components/said.tsx'
import { secondsSince } from '#components/shell/connection-state.tsx'
import { READ_REQUESTS_RULE, READ_RULES, Rule } from '#components/shell/rule.tsx'
import { Button } from '#components/ui/button.tsx'
import { CopyButton } from '#components/ui/copy-button.tsx'
import { Icon } from '#components/ui/icon.tsx'
import { Note } from '#components/ui/note.tsx'
import { type LostSource, lostSource, type ShownFeed } from '#lib/query/feed.ts'
import { useFeed, useLive, useNow } from '#lib/query/live.ts'

/** Reason that the page is not current: the problem, its meaning, the remedy. */
export function FeedBanner() {
  const { status } = useLive()
  const feed = useFeed()
  const trouble = troubleOf(feed, status === 'ready')
  return (
    <>
      {trouble}
      {status === 'ready' && SHOWN.has(feed.state) && <SourcesNote feed={feed} />}
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
      return <ForbiddenNote feed={feed} />
    case 'unauthorized':
      return <AwayNote feed={feed} icon="signOut" />
    case 'unreachable':
      return <AwayNote feed={feed} icon="cloud" />
    case 'withheld':
      return <WithheldNote feed={feed} />
  }
}

interface SourceLostNoteProps {
  readonly feed: ShownFeed
  readonly name: LostSource
}

function SourceLostNote({ feed, name }: SourceLostNoteProps) {
  const { shell } = useMessages()
  const now = useNow()
  const { off, sourceLost } = shell.banner
  const words = sourceLost[name]
  const isForbidden = feed.state === 'forbidden'
  return (
    <Note
      icon={isForbidden ? Lock : WifiOff}
      tone="warn"
      title={isForbidden ? words.forbiddenTitle : words.title}
      action={isForbidden ? <CopyRule text={READ_RULES[name]} /> : <RetryButton />}
      className="mb-4"
    >
      <p>
        {isForbidden
          ? words.forbidden
          : `${words[feed.lastHeardAt === null ? 'never' : 'before']} ${off}`}{' '}
        <NextTry feed={feed} now={now} />
      </p>
      <ItsWords feed={feed} />
    </Note>
  )
}

function CopyRule({ text }: { readonly text: string }) {
  const { off } = useMessages().common
  return <CopyButton text={text} label={off.copyRule} copiedLabel={off.ruleCopied} />
}

function RetryButton() {
  const { common } = useMessages()
  const { retryNow } = useLive()
  return (
    <Button size="small" onClick={retryNow}>
      <Icon of={RefreshCw} size="small" />
      {common.retryNow}
    </Button>
  )
}

function LostNote({ feed }: { readonly feed: ShownFeed }) {
  const { shell } = useMessages()
  const now = useNow()
  const old = secondsSince(feed.lastHeardAt, now)
  const words = shell.banner
  const title =
    old === null
      ? words.lostUnknown
      : feed.state === 'stale'
        ? words.stale(old)
        : feed.via === 'connection'
          ? words.lostServer(old)
          : words.lost(old)
  return (
    <Note icon={WifiOff} tone="warn" title={title} action={<RetryButton />} className="mb-4">
      <p>
        {words.off} <NextTry feed={feed} now={now} />
      </p>
      <ItsWords feed={feed} />
    </Note>
  )
}

function NextTry({ feed, now }: { readonly feed: ShownFeed; readonly now: number }) {
  const { shell } = useMessages()
  if (feed.retryAt === null || now === 0) return null
  const left = Math.ceil((Date.parse(feed.retryAt) - now) / 1_000)
  return left > 0 ? shell.banner.nextTry(left) : shell.banner.trying
}

function ItsWords({ feed }: { readonly feed: ShownFeed }) {
  const { shell } = useMessages()
  const { message: detail, causes } = feed
  if (detail === null || detail === '') return null
  return (
    <p className="text-xs">
      <Words text={shell.banner.words} blanks={{ message: <Said of={{ detail, causes }} /> }} />
    </p>
  )
}

function ForbiddenNote({ feed }: { readonly feed: ShownFeed }) {
  const { shell } = useMessages()
  const copy = <CopyRule text={READ_REQUESTS_RULE} />
  return (
    <Note icon={Lock} tone="warn" title={shell.banner.forbidden} action={copy} className="mb-4">
      <p>
        <Words text={shell.banner.forbiddenText} />
      </p>
      <Rule text={READ_REQUESTS_RULE} />
      <div className="mt-2">
        <ItsWords feed={feed} />
      </div>
    </Note>
  )
}

interface AwayNoteProps {
  readonly feed: ShownFeed
  readonly icon: 'signOut' | 'cloud'
}

function AwayNote({ feed, icon }: AwayNoteProps) {
  const { shell } = useMessages()
  const now = useNow()
  const words = shell.banner
  const [title, text] =
    icon === 'cloud'
      ? [words.unreachable, words.unreachableText]
      : [words.unauthorized, words.unauthorizedText]
  return (
    <Note
      icon={icon === 'cloud' ? CloudOff : LogOut}
      tone="warn"
      title={title}
      action={<RetryButton />}
      className="mb-4"
    >
      <p>
        <Words text={text} /> <NextTry feed={feed} now={now} />
      </p>
      <ItsWords feed={feed} />
    </Note>
  )
}

/** The first cause names the missing part and its meaning; the others the reason and the remedy. */
function WithheldNote({ feed }: { readonly feed: ShownFeed }) {
  const { shell } = useMessages()
  const causes = feed.causes.slice(0, 1)
  const why = feed.causes.slice(1)
  return (
    <Note
      icon={EyeOff}
      tone="warn"
      title={shell.banner.withheld}
      action={<RetryButton />}
      className="mb-4"
    >
      <p>
        <Said of={{ detail: feed.message, causes }} />
      </p>
      {why.length > 0 && <ItsWords feed={{ ...feed, causes: why }} />}
    </Note>
  )
}

const OPTIONAL = ['nodes', 'machines', 'operators'] as const

/** Sources that cannot be read, so that a missing object is not taken for an answer. */
function SourcesNote({ feed }: { readonly feed: ShownFeed }) {
  const { shell } = useMessages()
  const off = OPTIONAL.filter((name) => feed.sources[name].state === 'forbidden')
  const setAside = Object.values(feed.sources).reduce((sum, source) => sum + source.setAside, 0)
  if (off.length === 0 && setAside === 0) return null
  const titles = off.map((name) =>
    feed.sources[name].partly ? shell.banner.machinesPartly : shell.banner.sourceOff[name],
  )
  return (
    <Note
      icon={EyeOff}
      title={off.length > 0 ? titles.join(' ') : shell.banner.setAside(setAside)}
      className="mb-4"
      action={
        off.length > 0 ? (
          <CopyRule text={off.map((name) => READ_RULES[name]).join('\n')} />
        ) : undefined
      }
    >
      {off.length > 0 && (
        <p>
          <Words text={shell.banner.sourceForbidden} />
          {setAside > 0 && ` ${shell.banner.setAside(setAside)}`}
        </p>
      )}
    </Note>
  )
}
