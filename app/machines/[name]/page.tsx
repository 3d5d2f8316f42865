import { MachinePage } from '#components/machine/machine-page.tsx'

export default async function Page({ params }: PageProps<'/machines/[name]'>) {
  const { name } = await params
  return <MachinePage name={decoded(name)} />
}

/** Next hands the segment over as it stands in the address. */
function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment
  }
}
