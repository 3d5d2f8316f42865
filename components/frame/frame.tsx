'use client'

import { CSPProvider } from '@base-ui/react/csp-provider'
import { type ComponentProps, type ReactNode, Suspense } from 'react'
import { DecideProvider } from '#components/frame/decide-provider.tsx'
import { GlobalKeys } from '#components/frame/global-keys.tsx'
import { TopBar } from '#components/frame/top-bar.tsx'
import { PartlyJudgedProvider } from '#components/machines/partly-judged.tsx'
import { BrowserNotifier } from '#components/notifications/browser-notifier.tsx'
import { Palette } from '#components/palette/palette.tsx'
import { ClusterBanners } from '#components/shell/cluster-banners.tsx'
import { ConnectionAnnouncer } from '#components/shell/connection-announcer.tsx'
import { FeedBanner } from '#components/shell/feed-banner.tsx'
import { FocusKeeper } from '#components/shell/focus-keeper.tsx'
import { GuideLink } from '#components/shell/guide-link.tsx'
import { PageKeyboard } from '#components/shell/letters.tsx'
import { PageFocus } from '#components/shell/page-focus.tsx'
import { RecordNote } from '#components/shell/record-note.tsx'
import { Tabs } from '#components/shell/tabs.tsx'
import { OnlySignedIn } from '#components/sign-in/only-signed-in.tsx'
import { PerSession } from '#components/sign-in/per-session.tsx'
import { FullValues } from '#components/ui/full-values.tsx'
import { useInBrowser } from '#components/ui/in-browser.ts'
import { LiveRegions } from '#components/ui/live-region.tsx'
import { useMessages } from '#components/ui/messages.tsx'
import { TableSkeleton } from '#components/ui/skeleton.tsx'
import { Toasts } from '#components/ui/toast.tsx'
import { useSession } from '#lib/query/live.ts'
import { LiveProvider } from '#lib/query/provider.tsx'

interface FrameProps extends ComponentProps<typeof LiveProvider> {
  /** Whether the cluster is the demo's own. */
  readonly demo: boolean
  /** Version of the running program. */
  readonly version: string
}

/** Frame of every page: one live connection, one keyboard, one announcer. */
export function Frame({ preferences, demo, version, children }: FrameProps) {
  const { shell } = useMessages()
  return (
    <CSPProvider disableStyleElements>
      <LiveProvider preferences={preferences}>
        <BrowserNotifier />
        <PerSession>
          <LiveRegions>
            <Toasts>
              <PageKeyboard>
                <PartlyJudgedProvider>
                  <DecideProvider>
                    <Palette>
                      <a
                        href="#main"
                        className="absolute -top-16 left-3 z-50 rounded-md bg-overlay px-3 py-2 focus:top-2 focus:shadow-dialog"
                      >
                        {shell.skip}
                      </a>
                      <Header version={version} />
                      <ClusterBanners demo={demo} />
                      <main
                        id="main"
                        tabIndex={-1}
                        className="mx-auto max-w-[1520px] px-6 pt-6 pb-16 outline-none max-tablet:px-3 max-tablet:pt-3 max-tablet:pb-6"
                      >
                        <OnlySignedIn demo={demo}>
                          <FeedBanner />
                          <RecordNote />
                          <AfterHydration>
                            {/* The page's code may still be loading; the frame does not wait
                                for it. */}
                            <Suspense fallback={<TableSkeleton title={shell.opening} />}>
                              {children}
                            </Suspense>
                          </AfterHydration>
                        </OnlySignedIn>
                      </main>
                      <GlobalKeys />
                      <FocusKeeper />
                      <PageFocus />
                      <FullValues />
                      <ConnectionAnnouncer />
                    </Palette>
                  </DecideProvider>
                </PartlyJudgedProvider>
              </PageKeyboard>
            </Toasts>
          </LiveRegions>
        </PerSession>
      </LiveProvider>
    </CSPProvider>
  )
}

/**
 * Renders its children once React has hydrated the page. The rows may arrive before hydration, and
 * the server drew the page without rows.
 */
function AfterHydration({ children }: { readonly children: ReactNode }) {
  return useInBrowser(() => true, false) ? children : null
}

/** Top of every page. A person without the right to see gets no tabs, counts or search. */
function Header({ version }: Pick<FrameProps, 'version'>) {
  const { status } = useSession()
  if (status === 'signIn') return null
  return (
    <header className="screen-only top-0 z-30 not-short:sticky border-b border-line bg-surface">
      <TopBar shut={status === 'noAccess'} version={version} />
      {status !== 'noAccess' && (
        <div className="flex items-center">
          <Tabs />
          <GuideLink />
        </div>
      )}
    </header>
  )
}
