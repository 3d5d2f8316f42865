import { titled } from '#app/language.ts'
import { RequestPage } from '#components/machine/request-page.tsx'
import { RequestTitle } from '#components/requests/request-title.tsx'

export const generateMetadata = titled(({ lists }) => lists.requests.one)

export default async function Page({ params }: PageProps<'/requests/[uid]'>) {
  const { uid } = await params
  return (
    <>
      <RequestTitle uid={uid} />
      <RequestPage uid={uid} />
    </>
  )
}
