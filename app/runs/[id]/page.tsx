import { titled } from '#app/language.ts'
import { ReportPage } from '#components/runs/report-page.tsx'

export const generateMetadata = titled(({ runs }) => runs.reportTitle)

export default async function Page({ params }: PageProps<'/runs/[id]'>) {
  const { id } = await params
  return <ReportPage id={id} />
}
