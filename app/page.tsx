import type { Metadata } from 'next'
import { readersLanguage } from '#app/language.ts'
import { BoardPage } from '#components/machines/board-page.tsx'
import { messagesIn } from '#lib/messages/messages-in.ts'

/** The full title: the layout's template applies only to pages below. */
export async function generateMetadata(): Promise<Metadata> {
  const { shell, common } = await messagesIn(await readersLanguage())
  return { title: `${shell.tabs.machines} · ${common.product}` }
}

export default function Page() {
  return <BoardPage />
}
