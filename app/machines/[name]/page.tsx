import type { Metadata } from 'next'
import { MachinePage } from '#components/machine/machine-page.tsx'
import { visible } from '#lib/csr/escape.ts'

export async function generateMetadata({
  params,
}: PageProps<'/machines/[name]'>): Promise<Metadata> {
  return { title: visible(decoded((await params).name)) }
}

export default async function Page({ params }: PageProps<'/machines/[name]'>) {
  const { name } = await params
  return <MachinePage name={decoded(name)} />
}

/** Next passes the segment as it is in the address, encoded. */
function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment
  }
}
