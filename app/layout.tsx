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
  // Names and addresses from the cluster must not become links of their own on a phone.
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
  // Every page carries a nonce of its own: one that was rendered at build time would be dead.
  await connection()
  const language = await readersLanguage()
  const preferences = await readersPreferences()
  const running = recallRunning()
  return (
    <html
      lang={language}
      className={`${GeistSans.variable} ${GeistMono.variable}`}
      // In the page itself, so that it never flashes in the other theme.
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
