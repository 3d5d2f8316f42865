import { titled } from '#app/language.ts'
import { RunsPage } from '#components/runs/runs-page.tsx'

export const generateMetadata = titled(({ runs }) => runs.title)

export default function Page() {
  return <RunsPage />
}
