'use client'

import { Children, createContext, Fragment, type ReactNode, use } from 'react'
import { ClusterText } from '#components/ui/cluster-text.tsx'
import { visible } from '#lib/csr/escape.ts'
import type { Languages, Messages } from '#lib/messages/catalogue.ts'
import { en } from '#lib/messages/en.ts'
import { LANGUAGES } from '#lib/messages/languages.ts'
import { messagesIn } from '#lib/messages/messages-in.ts'

const MessagesContext = createContext<Messages>(en)

interface SpeakProps {
  /** A tag of LANGUAGES. The server can pass a tag to the browser, but no function. */
  readonly language: string
  readonly languages?: Languages
  readonly children: ReactNode
}

/** Sets the language of its children. They are drawn once its texts are loaded. */
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
  /** A text of the catalogue, never of the cluster: its backticks and braces have a meaning. */
  readonly text: string
  /** Values of the `{blanks}`, shown as text of the cluster. */
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

/** Joins sentences as the language does, and leaves out empty ones. */
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

/** Lists names, given as elements, as the language does. */
export function Listed({ names, children }: ListedProps) {
  return useMessages()
    .joined.parts(names)
    .map(({ type, value }, index) => (
      // biome-ignore lint/suspicious/noArrayIndexKey: told anew as a whole
      <Fragment key={index}>{type === 'element' ? children(value) : value}</Fragment>
    ))
}

/** Whether the value stays on one line, and may be wrapped before and after. */
function isWord(value: ReactNode): boolean {
  return typeof value === 'string' && !/\s/.test(value)
}

/** The punctuation with which the text begins; no line begins with it. */
function markAfter(text: string): string {
  return /^[,.;:!?)”、。」]*/.exec(text)?.[0] ?? ''
}

/** A value on one line with the punctuation that follows it. */
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

/**
 * A text of the catalogue as plain text, for names and announcements: no markup, characters of
 * strangers escaped.
 */
export function plainWords(text: string, blanks: Readonly<Record<string, string>> = {}): string {
  return text.replace(MARKS, (_match, code?: string, blank?: string) =>
    code === undefined ? visible(blanks[blank ?? ''] ?? '') : code,
  )
}
