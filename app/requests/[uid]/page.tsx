import { titled } from '#app/language.ts'
import { RequestPage } from '#components/machine/request-page.tsx'

export const generateMetadata = titled(({ lists }) => lists.requests.one)

export default async function Page({ params }: PageProps<'/requests/[uid]'>) {
  const { uid } = await params
  return <RequestPage uid={uid} />
}
