'use client'

import { Children, createContext, Fragment, type ReactNode, use } from 'react'
import { ClusterText } from '#components/ui/cluster-text.tsx'
import { visible } from '#lib/csr/escape.ts'
import type { Messages } from '#lib/messages/catalogue.ts'
import { en } from '#lib/messages/en.ts'
import { LANGUAGES, type Languages, messagesIn } from '#lib/messages/languages.ts'

const MessagesContext = createContext<Messages>(en)

interface SpeakProps {
  /** A tag of LANGUAGES: functions do not cross from the server, tags do. */
  readonly language: string
  readonly languages?: Languages
  readonly children: ReactNode
}

/** Everything below speaks that language. Waits until its texts are loaded, without a stand-in. */
export function Speak({ language, languages = LANGUAGES, children }: SpeakProps) {
  const found = messagesIn(language, languages)
  const messages = found instanceof Promise ? use(found) : found
  return <MessagesContext value={messages}>{children}</MessagesContext>
}

/** Every text a person reads comes from here. */
export function useMessages(): Messages {
  return use(MessagesContext)
}

export type Blanks = Readonly<Record<string, ReactNode>>

interface WordsProps {
  /** From the catalogue, never from the cluster: its backticks and braces are read. */
  readonly text: string
  /** Values of the `{blanks}`; a text counts as the cluster's and is shown as such. */
  readonly blanks?: Blanks | undefined
}

const MARKS = /`([^`]+)`|\{([a-zA-Z]+)\}/g

/** A text of the catalogue with its code set as code and its blanks filled. */
export function Words({ text, blanks }: WordsProps) {
  const parts: ReactNode[] = []
  let end = 0
  for (const match of text.matchAll(MARKS)) {
    parts.push(text.slice(end, match.index))
    const [, code, blank] = match
    end = match.index + match[0].length
    const value = blanks?.[blank ?? '']
    const mark = isWord(value) ? markAfter(text.slice(end)) : ''
    parts.push(
      <Fragment key={match.index}>
        {code === undefined ? filled(value, mark) : <code className="mono">{code}</code>}
      </Fragment>,
    )
    end += mark.length
  }
  parts.push(text.slice(end))
  return <>{parts}</>
}

/** Sentences that follow one another, as the language joins them; those that are not said are left out. */
export function Sentences({ children }: { readonly children: ReactNode }) {
  const { blank } = useMessages().joined
  return Children.toArray(children).map((sentence, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: told anew as a whole
    <Fragment key={index}>
      {index > 0 && blank}
      {sentence}
    </Fragment>
  ))
}

interface ListedProps {
  readonly names: readonly string[]
  readonly children: (name: string) => ReactNode
}

/** Names as elements, one after another, as the language lists them. */
export function Listed({ names, children }: ListedProps) {
  return useMessages()
    .joined.parts(names)
    .map(({ type, value }, index) => (
      // biome-ignore lint/suspicious/noArrayIndexKey: told anew as a whole
      <Fragment key={index}>{type === 'element' ? children(value) : value}</Fragment>
    ))
}

/** Whether lines break beside the value, which is kept whole. */
function isWord(value: ReactNode): boolean {
  return typeof value === 'string' && !/\s/.test(value)
}

/** Marks that no line begins with. */
function markAfter(text: string): string {
  return /^[,.;:!?)”、。」]*/.exec(text)?.[0] ?? ''
}

/** A value on one line with the mark after it. */
function filled(value: ReactNode, mark: string): ReactNode {
  if (typeof value !== 'string') return value
  const shown = <ClusterText text={value} truncate="none" face="sans" />
  if (mark === '') return shown
  return (
    <span className="kept-whole">
      {shown}
      {mark}
    </span>
  )
}

/** The same as plain text, for names and announcements: no marks, strangers' characters escaped. */
export function plainWords(text: string, blanks: Readonly<Record<string, string>> = {}): string {
  return text.replace(MARKS, (_match, code?: string, blank?: string) =>
    code === undefined ? visible(blanks[blank ?? ''] ?? '') : code,
  )
}
