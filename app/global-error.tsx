'use client'

import { GeistMono } from 'geist/font/mono'
import { GeistSans } from 'geist/font/sans'
import { type ComponentProps, useState } from 'react'
import ErrorPage from '#app/error.tsx'
import { Speak, useMessages } from '#components/ui/messages.tsx'
import { languageFor } from '#lib/messages/languages.ts'
import './globals.css'

/** Replaces the whole document where the frame around the pages failed. */
export default function GlobalErrorPage(props: ComponentProps<typeof ErrorPage>) {
  // Read before this component replaces the document.
  const [{ language, theme }] = useState(documentBefore)
  return (
    <html
      lang={language}
      data-theme={theme}
      className={`${GeistSans.variable} ${GeistMono.variable}`}
    >
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

function documentBefore(): { readonly language: string; readonly theme?: string | undefined } {
  if (typeof document === 'undefined') return { language: languageFor(null) }
  const { lang, dataset } = document.documentElement
  return { language: languageFor(lang || navigator.languages.join(',')), theme: dataset.theme }
}

function Title() {
  const { common } = useMessages()
  return <title>{common.product}</title>
}
