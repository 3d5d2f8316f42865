import Link from 'next/link'
import { notFound } from 'next/navigation'
import { addressOf, readGuideText } from '#app/guide/guide-texts.ts'
import { parseMarkdown } from '#app/guide/headings.ts'
import { Markdown } from '#app/guide/markdown.tsx'
import { readersLanguage } from '#app/language.ts'
import { ScrollToSection } from '#components/shell/scroll-to-section.tsx'
import { messagesIn } from '#lib/messages/messages-in.ts'

/** A document of this version, beside a list of its sections. */
export async function GuideDocument({ name }: { readonly name: string }) {
  const language = await readersLanguage()
  const document = await readGuideText(name, language)
  if (document === null) notFound()
  const texts = (await messagesIn(language)).shell.help
  const parsed = parseMarkdown(document.text)
  const sections = parsed.headings.filter(({ token }) => token.depth === 2)
  const original = document.original === null ? [] : parseMarkdown(document.original).headings
  return (
    <div className="grid grid-cols-[minmax(0,760px)_240px] items-start gap-x-12 gap-y-6 max-wide:grid-cols-1">
      {sections.length > 1 && (
        <nav
          aria-label={texts.onThisPage}
          className="top-[116px] col-start-2 row-start-1 screen-only text-xs max-wide:col-start-1 wide:sticky"
        >
          <p className="mb-1 text-fg-3">{texts.onThisPage}</p>
          <ul lang={document.language} className="max-wide:columns-2 max-wide:gap-6">
            {sections.map(({ anchor, words }) => (
              <li key={anchor}>
                <Link
                  href={`#${anchor}`}
                  className="reach inline-block py-1 text-fg-2 underline-offset-3 hover:text-fg hover:underline"
                >
                  {words}
                </Link>
              </li>
            ))}
          </ul>
        </nav>
      )}
      <div className="col-start-1 min-w-0 text-md/[22px] wrap-break-word text-fg-2 wide:row-start-1">
        {document.language !== language && (
          <p className="mb-3 text-xs text-fg-3">{texts.inEnglish}</p>
        )}
        <article lang={document.language}>
          <Markdown
            {...parsed}
            addressOf={(href) => addressOf(href, document.path)}
            anchors={original.map(({ anchor }) => anchor)}
            codeLabel={texts.code}
          />
        </article>
      </div>
      <ScrollToSection />
    </div>
  )
}
