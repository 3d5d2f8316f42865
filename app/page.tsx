import type { Metadata } from 'next'
import { BoardPage } from '#components/machines/board-page.tsx'

export const metadata: Metadata = { title: 'Machines' }

export default function Page() {
  return <BoardPage />
}
