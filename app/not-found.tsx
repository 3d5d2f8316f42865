'use client'

import { NotThere } from '#components/not-there.tsx'
import { MACHINES_PATH } from '#components/shell/routes.ts'
import { useMessages } from '#components/ui/messages.tsx'

export default function NotFoundPage() {
  const { title, text, back } = useMessages().shell.notFound
  return <NotThere title={title} text={text} back={{ href: MACHINES_PATH, text: back }} />
}
