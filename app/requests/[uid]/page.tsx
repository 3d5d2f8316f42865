import { RequestPage } from '#components/machine/request-page.tsx'

export default async function Page({ params }: PageProps<'/requests/[uid]'>) {
  const { uid } = await params
  return <RequestPage uid={uid} />
}
