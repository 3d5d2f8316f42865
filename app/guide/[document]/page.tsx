import { GuideDocument } from '#app/guide/guide-document.tsx'
import { titled } from '#app/language.ts'

export const generateMetadata = titled(({ shell }) => shell.help.guide)

export default async function Page({ params }: PageProps<'/guide/[document]'>) {
  return <GuideDocument name={(await params).document} />
}
