import {
  CircleX,
  Clock,
  ClockAlert,
  Eye,
  KeyRound,
  LogIn,
  LogOut,
  type LucideIcon,
  Server,
  TriangleAlert,
} from 'lucide-react'
import { Fragment, type ReactNode, useEffect, useState } from 'react'
import { Mark } from '#components/shell/mark.tsx'
import { TokenForm } from '#components/sign-in/token-form.tsx'
import { Button, SiteLinkButton } from '#components/ui/button.tsx'
import { useDocumentTitle } from '#components/ui/document-title.ts'
import { focusHeading, isNowhere } from '#components/ui/fallen-focus.ts'
import { Icon } from '#components/ui/icon.tsx'
import { Sentences, useMessages, Words } from '#components/ui/messages.tsx'
import { Note, type Tone } from '#components/ui/note.tsx'
import type { SignInReason } from '#lib/query/session.ts'
import type { ClusterTitle, SignInWay } from '#lib/wire/session-answers.ts'

interface SignInPageProps {
  /** Null where a proxy answered in the server's place. */
  readonly cluster: ClusterTitle | null
  readonly ways: readonly SignInWay[]
  /** Why the previous session ended; null where there was none. */
  readonly reason: SignInReason | null
  readonly demo: boolean
}

/** Team mode: every way to sign in that the server offers. */
export function SignInPage({ cluster, ways, reason, demo }: SignInPageProps) {
  const { common, signIn } = useMessages()
  const title = signIn.title(cluster?.name ?? window.location.host)
  useDocumentTitle(title)
  const [failed] = useState(() => failedIn(window.location.search))
  useEffect(() => {
    // Read once: a reload or a bookmark of this page has not failed.
    const { pathname, hash } = window.location
    if (failed !== null) window.history.replaceState(null, '', `${pathname}${searchHere()}${hash}`)
    if (isNowhere()) focusHeading()
  }, [failed])
  return (
    <div className="mx-auto max-w-[368px] py-10 max-tablet:py-6">
      <p className="flex items-center gap-2.5 text-lg font-semibold tracking-snug">
        <Mark size={28} />
        {common.product}
      </p>
      <h1 className="mt-7 text-[22px]/[30px] font-semibold tracking-tight wrap-anywhere">
        {title}
      </h1>
      <p className="mt-1 text-pretty text-fg-2">{signIn.text}</p>
      <SignInNote failed={failed} reason={reason} />
      {cluster !== null && cluster.versions.length > 0 && (
        <p className="mt-4 flex items-center gap-2.5 rounded-lg border border-line bg-surface px-3.5 py-2.5 text-fg-2">
          <Icon of={Server} className="text-fg-3" />
          <span className="wrap-anywhere">{cluster.versions.join(' · ')}</span>
        </p>
      )}
      <div className="mt-5 grid gap-3">
        {ways.map((way) => (
          <Fragment key={way.way}>{formOf(way, ways, failed, demo)}</Fragment>
        ))}
      </div>
      <ul className="mt-7 grid gap-2 border-t border-line pt-4 text-fg-2">
        <Need icon={Eye} text={signIn.needs.view} />
        <Need icon={KeyRound} text={signIn.needs.approve} />
        <Need icon={Clock} text={signIn.needs.ends} />
      </ul>
    </div>
  )
}

function formOf(
  way: SignInWay,
  ways: readonly SignInWay[],
  failed: Failed | null,
  demo: boolean,
): ReactNode {
  switch (way.way) {
    case 'oidc':
      return <ProviderLink name={way.name} href={way.href} />
    case 'proxy':
      return <ProxyNote href={way.href} />
    case 'token':
      // The form opens by itself when the provider does not answer.
      return <TokenForm alone={ways.length === 1} opened={failed === 'unreachable'} demo={demo} />
  }
}

function ProviderLink({ name, href }: { readonly name: string; readonly href: string }) {
  const { signIn } = useMessages()
  const to = `${window.location.pathname}${searchHere()}`
  return (
    <SiteLinkButton
      href={`${href}?to=${encodeURIComponent(to)}`}
      look="primary"
      className="h-10 text-md max-tablet:h-11"
    >
      <Icon of={LogIn} />
      {signIn.oidc(name)}
    </SiteLinkButton>
  )
}

/**
 * Only the proxy can end a sign-in whose token it sends with each call: `href` leads to its
 * sign-out.
 */
function ProxyNote({ href }: { readonly href: string | null }) {
  const { signIn } = useMessages()
  return (
    <div className="grid gap-3">
      <p className="text-pretty text-fg-2">
        <Sentences>
          {signIn.proxy.text}
          {href === null && signIn.proxy.elsewhere}
        </Sentences>
      </p>
      {href !== null && (
        <SiteLinkButton href={href} look="primary" className="h-10 text-md max-tablet:h-11">
          <Icon of={LogIn} />
          {signIn.proxy.again}
        </SiteLinkButton>
      )}
      <Button className="h-10 text-md max-tablet:h-11" onClick={() => window.location.reload()}>
        {signIn.loadAgain}
      </Button>
    </div>
  )
}

/** The address's parameters without the outcome of a sign-in. */
function searchHere(): string {
  const query = new URLSearchParams(window.location.search)
  query.delete('signIn')
  return query.size === 0 ? '' : `?${query}`
}

function Need({ icon, text }: { readonly icon: LucideIcon; readonly text: string }) {
  return (
    <li className="grid grid-cols-[16px_minmax(0,1fr)] gap-2.5">
      <Icon of={icon} className="mt-0.5 text-fg-3" />
      <span className="wrap-anywhere">
        <Words text={text} />
      </span>
    </li>
  )
}

const FAILED = ['cancelled', 'refused', 'unreachable', 'notTaken', 'slowDown', 'notReady'] as const
/** Why a sign-in at the provider failed, as the server puts it into the address. */
type Failed = (typeof FAILED)[number]

/** Null where the address names no failed sign-in. */
function failedIn(search: string): Failed | null {
  const code = new URLSearchParams(search).get('signIn')
  return FAILED.find((known) => known === code) ?? null
}

const LOOKS: Record<Failed | SignInReason, { readonly icon: LucideIcon; readonly tone: Tone }> = {
  cancelled: { icon: CircleX, tone: 'plain' },
  refused: { icon: TriangleAlert, tone: 'bad' },
  unreachable: { icon: TriangleAlert, tone: 'bad' },
  notTaken: { icon: TriangleAlert, tone: 'bad' },
  slowDown: { icon: ClockAlert, tone: 'warn' },
  notReady: { icon: TriangleAlert, tone: 'bad' },
  ended: { icon: ClockAlert, tone: 'warn' },
  byPerson: { icon: LogOut, tone: 'plain' },
}

interface SignInNoteProps {
  readonly failed: Failed | null
  readonly reason: SignInReason | null
}

/**
 * Why a person has to sign in again: the end of the previous session, or else the failed sign-in.
 */
function SignInNote({ failed, reason }: SignInNoteProps) {
  const { signIn } = useMessages()
  const why = reason ?? failed
  if (why === null) return null
  const { title, text } = why === 'ended' || why === 'byPerson' ? signIn[why] : signIn.failed[why]
  return (
    <div role="alert" className="mt-4">
      <Note {...LOOKS[why]} title={title}>
        {text}
      </Note>
    </div>
  )
}
