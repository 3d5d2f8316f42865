import { Tabs } from '#components/shell/tabs.tsx'
import { TopBar } from '#components/shell/top-bar.tsx'
import { useSession } from '#lib/query/live.ts'

/** Top of every page. Without the right to see there is nothing to go to, count or search. */
export function Header() {
  const { status } = useSession()
  if (status === 'signIn') return null
  return (
    <header className="top-0 z-30 not-short:sticky border-b border-line bg-surface">
      <TopBar shut={status === 'noAccess'} />
      {status !== 'noAccess' && <Tabs />}
    </header>
  )
}
