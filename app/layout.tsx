import { GeistMono } from 'geist/font/mono'
import { GeistSans } from 'geist/font/sans'
import type { Metadata, Viewport } from 'next'
import { connection } from 'next/server'
import type { ReactNode } from 'react'
import { readersLanguage, readersPreferences } from '#app/language.ts'
import { Frame } from '#components/frame/frame.tsx'
import { Speak } from '#components/ui/messages.tsx'
import { recallRunning } from '#lib/web/door/running.ts'
import './globals.css'

export const metadata: Metadata = {
  title: { default: 'Countersign', template: '%s · Countersign' },
  icons: { icon: '/icon.svg' },
  robots: { index: false, follow: false },
  // Phones must not turn names and addresses from the cluster into links.
  formatDetection: { telephone: false, email: false, address: false },
}

export const viewport: Viewport = {
  width: 'device-width',
  initialScale: 1,
  colorScheme: 'light dark',
  themeColor: [
    { media: '(prefers-color-scheme: light)', color: '#ffffff' },
    { media: '(prefers-color-scheme: dark)', color: '#121316' },
  ],
}

export default async function RootLayout({ children }: { readonly children: ReactNode }) {
  // Every page has a nonce of its own, so no page can be rendered at build time.
  await connection()
  const language = await readersLanguage()
  const preferences = await readersPreferences()
  const running = recallRunning()
  return (
    <html
      lang={language}
      className={`${GeistSans.variable} ${GeistMono.variable}`}
      // Set in the page itself, so that the page never flashes in the other theme.
      data-theme={preferences.theme ?? undefined}
    >
      <body>
        <Speak language={language}>
          <Frame
            preferences={preferences}
            demo={running?.demo === true}
            version={running?.version ?? ''}
          >
            {children}
          </Frame>
        </Speak>
      </body>
    </html>
  )
}
