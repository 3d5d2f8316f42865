import { Bell, LogOut } from 'lucide-react'
import { useChooseLanguage } from '#components/shell/language.ts'
import { NOTIFICATIONS_PATH } from '#components/shell/routes.ts'
import { ChoiceItems } from '#components/ui/choice-menu.tsx'
import { ClusterText } from '#components/ui/cluster-text.tsx'
import { Menu, MenuHead, MenuItem, MenuLink, MenuRule } from '#components/ui/menu.tsx'
import { useMessages } from '#components/ui/messages.tsx'
import { ValueChips } from '#components/ui/value-chips.tsx'
import { LANGUAGE_TAGS, LANGUAGES } from '#lib/messages/languages.ts'
import { useCluster, useNow, useSession, useStore } from '#lib/query/live.ts'
import { useLiveClient } from '#lib/query/tab-client.ts'
import type { SignedInPerson } from '#lib/wire/session-answers.ts'

/** Groups drawn; further ones are counted. */
const GROUPS = 6

/** The identity of the page's calls, the end of the session, and the sign-out. */
export function UserMenu() {
  const { shell, signIn, notifications } = useMessages()
  const { signOut } = useLiveClient()
  const session = useSession()
  const cluster = useCluster()
  const person = 'person' in session ? session.person : null
  const user = person?.name ?? cluster?.user ?? null
  if (user === null) return null
  const says = person === null ? shell.actingAs('') : signIn.who.signedInAs
  return (
    <Menu
      trigger={
        <button
          type="button"
          className="reach inline-flex h-8 flex-none items-center gap-2 rounded-md pr-2 pl-1 text-fg-2 transition-colors hover:bg-sunken max-tablet:pr-1"
        >
          <span className="sr-only">{says}</span>
          <span
            aria-hidden
            className="grid size-6 place-items-center rounded-full bg-fg text-[10px] leading-none font-semibold tracking-[0.02em] text-surface"
          >
            {initials(user)}
          </span>
          <ClusterText text={shortUser(user)} face="sans" className="max-w-40 max-wide:sr-only" />
        </button>
      }
    >
      <MenuHead>
        {says}
        <ClusterText text={user} truncate="none" />
        {person !== null && <PersonFacts person={person} />}
      </MenuHead>
      <MenuRule />
      {session.status === 'signedIn' && (
        <MenuLink icon={Bell} href={NOTIFICATIONS_PATH}>
          {notifications.title}
        </MenuLink>
      )}
      <LanguageItems />
      <MenuRule />
      <MenuItem icon={LogOut} onSelect={signOut}>
        {shell.signOut}
      </MenuItem>
    </Menu>
  )
}

function LanguageItems() {
  const { shell } = useMessages()
  const { preferences } = useLiveClient()
  const choose = useChooseLanguage()
  const { language } = useStore(preferences)
  return (
    <>
      <MenuHead>{shell.language.title}</MenuHead>
      <ChoiceItems
        value={LANGUAGE_TAGS.find((tag) => tag === language) ?? 'browser'}
        onChange={(value) => choose(value === 'browser' ? null : value)}
        options={[
          { value: 'browser', text: shell.language.browser },
          ...LANGUAGE_TAGS.map((tag) => ({ value: tag, text: LANGUAGES[tag].name, lang: tag })),
        ]}
      />
    </>
  )
}

function PersonFacts({ person }: { readonly person: SignedInPerson }) {
  const { signIn, times } = useMessages()
  const now = useNow(60_000)
  return (
    <>
      <span className="mt-1.5 flex flex-wrap items-center gap-1">
        <span className="sr-only">{signIn.who.groups}</span>
        <ValueChips values={person.groups} most={GROUPS} none={signIn.who.noGroups} />
      </span>
      <span className="mt-1.5 block">
        {signIn.who.until(times.moment(Date.parse(person.endsAt), now))}
      </span>
    </>
  )
}

/** The distinguishing part of `system:serviceaccount:ns:name` or of an e-mail address. */
function shortUser(user: string): string {
  return user.split(':').at(-1) ?? user
}

function initials(user: string): string {
  const words = (shortUser(user).split('@')[0] ?? '').split(/[^\p{L}\p{N}]+/u).filter(Boolean)
  const [first = '?', second = ''] = words
  return `${first.slice(0, 1)}${second.slice(0, 1) || first.slice(1, 2)}`.toUpperCase()
}
