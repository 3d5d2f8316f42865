'use client'

import { useMessages } from '#components/messages.tsx'
import { NotThere } from '#components/not-there.tsx'
import { MACHINES_PATH } from '#components/shell/routes.ts'

export default function NotFoundPage() {
  const { title, text, back } = useMessages().shell.notFound
  return <NotThere title={title} text={text} back={{ href: MACHINES_PATH, text: back }} />
}
