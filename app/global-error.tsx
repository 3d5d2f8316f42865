'use client'

import { GeistMono } from 'geist/font/mono'
import { GeistSans } from 'geist/font/sans'
import { type ComponentProps, useLayoutEffect } from 'react'
import ErrorPage from '#app/error.tsx'
import { Speak, useMessages } from '#components/messages.tsx'
import { showTheme } from '#components/shell/theme.ts'
import { languageFor } from '#lib/messages/languages.ts'
import './globals.css'

/** Where what stands around every page broke: in place of the whole document, without any of it. */
export default function GlobalErrorPage(props: ComponentProps<typeof ErrorPage>) {
  const language = languageFor(
    typeof navigator === 'undefined' ? null : navigator.languages.join(','),
  )
  // The document is another one, and its script does not run again.
  useLayoutEffect(showTheme, [])
  return (
    <html lang={language} className={`${GeistSans.variable} ${GeistMono.variable}`}>
      <body>
        <Speak language={language}>
          <Title />
          <main className="px-6 max-tablet:px-3">
            <ErrorPage {...props} />
          </main>
        </Speak>
      </body>
    </html>
  )
}

function Title() {
  const { common } = useMessages()
  return <title>{common.product}</title>
}
