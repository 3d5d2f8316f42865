import type { MarkedToken, Token, Tokens } from 'marked'
import Link from 'next/link'
import { createElement, Fragment, type ReactNode } from 'react'
import type { ParsedMarkdown } from '#app/guide/headings.ts'
import { classNames } from '#components/ui/class-names.ts'
import { CodeBlock } from '#components/ui/code-block.tsx'
import { inlineLook } from '#components/ui/link-look.ts'
import {
  ColumnHead,
  Table,
  TableBody,
  TableCell,
  TableHead,
  TableRow,
} from '#components/ui/table.tsx'

interface MarkdownProps extends ParsedMarkdown {
  /** Address of a link's target. Null for a file without a page: the link is shown as text. */
  readonly addressOf: (href: string) => string | null
  /** Second anchors of the headings, in order; empty for none. */
  readonly anchors: readonly string[]
  /** Accessible name of a block of code. */
  readonly codeLabel: string
}

const HEADINGS = [
  'text-[22px]/[30px] tracking-tight',
  'mt-9 border-t border-line pt-5 text-xl tracking-tight',
  'mt-6 text-lg tracking-snug',
  'mt-5 text-md',
] as const

/** A document of the guide in the look of the pages. HTML in it is shown as text. */
export function Markdown(page: MarkdownProps) {
  return blocks(page.tokens, page)
}

function blocks(tokens: readonly Token[], page: MarkdownProps): ReactNode {
  return each(tokens, (token) => block(token as MarkedToken, page))
}

/** Elements without keys, because their number and order never change. */
function each<Item>(items: readonly Item[], draw: (item: Item) => ReactNode): ReactNode {
  return createElement(Fragment, null, ...items.map(draw))
}

function block(token: MarkedToken, page: MarkdownProps): ReactNode {
  switch (token.type) {
    case 'heading':
      return heading(token, page)
    case 'paragraph':
      return <p className="mt-3">{inline(token.tokens, page)}</p>
    case 'text':
      return token.tokens === undefined ? token.text : inline(token.tokens, page)
    case 'list':
      return list(token, page)
    case 'table':
      return table(token, page)
    case 'code':
      return <CodeBlock label={page.codeLabel} text={token.text} className="mt-3 text-xs" />
    case 'blockquote':
      return (
        <blockquote className="mt-3 border-l-2 border-line pl-4">
          {blocks(token.tokens, page)}
        </blockquote>
      )
    case 'html':
      return token.text
    default:
      return null
  }
}

function heading(token: Tokens.Heading, page: MarkdownProps): ReactNode {
  const at = page.headings.findIndex((one) => one.token === token)
  const { anchor } = page.headings[at] ?? {}
  const second = page.anchors[at]
  const depth = Math.min(token.depth, HEADINGS.length)
  const Level = `h${depth}` as 'h1' | 'h2' | 'h3' | 'h4'
  return (
    <Level id={anchor} className={classNames('font-semibold text-fg', HEADINGS[depth - 1])}>
      {second !== undefined && second !== anchor && <span id={second} />}
      {inline(token.tokens, page)}
    </Level>
  )
}

function list({ ordered, start, items }: Tokens.List, page: MarkdownProps): ReactNode {
  const content = each(items, ({ tokens }) => <li className="mt-1.5">{blocks(tokens, page)}</li>)
  return ordered ? (
    <ol start={start === '' ? undefined : start} className="mt-3 list-decimal pl-6">
      {content}
    </ol>
  ) : (
    <ul className="mt-3 list-disc pl-6">{content}</ul>
  )
}

/** On phones each cell of a row is a paragraph. */
function table({ header, rows }: Tokens.Table, page: MarkdownProps): ReactNode {
  return (
    <Table className="mt-4 w-full max-tablet:block">
      <TableHead className="max-tablet:sr-only">
        <TableRow>
          {each(header, ({ tokens }) => (
            <ColumnHead className="border-b border-line py-1.5 pr-4 text-left text-xs font-medium text-fg-3">
              {inline(tokens, page)}
            </ColumnHead>
          ))}
        </TableRow>
      </TableHead>
      <TableBody className="max-tablet:block">
        {each(rows, (cells) => (
          <TableRow className="border-b border-line-soft max-tablet:block max-tablet:py-2">
            {each(cells, ({ tokens }) => (
              <TableCell className="py-2 pr-4 align-top max-tablet:block max-tablet:py-0.5 max-tablet:pr-0">
                {inline(tokens, page)}
              </TableCell>
            ))}
          </TableRow>
        ))}
      </TableBody>
    </Table>
  )
}

function inline(tokens: readonly Token[], page: MarkdownProps): ReactNode {
  return each(tokens, (token) => word(token as MarkedToken, page))
}

function word(token: MarkedToken, page: MarkdownProps): ReactNode {
  switch (token.type) {
    case 'strong':
      return <strong className="font-semibold text-fg">{inline(token.tokens, page)}</strong>
    case 'em':
      return <em>{inline(token.tokens, page)}</em>
    case 'codespan':
      return (
        <code className="mono rounded-sm bg-sunken px-1 py-px wrap-anywhere text-fg">
          {token.text}
        </code>
      )
    case 'link':
      return link(token, page)
    case 'text':
    case 'escape':
    case 'html':
    case 'image':
      return token.text
    case 'br':
      return <br />
    default:
      return null
  }
}

function link({ href, tokens }: Tokens.Link, page: MarkdownProps): ReactNode {
  const address = page.addressOf(href)
  const words = inline(tokens, page)
  if (address === null) return words
  return (
    <Link href={address} prefetch={false} className={inlineLook}>
      {words}
    </Link>
  )
}
