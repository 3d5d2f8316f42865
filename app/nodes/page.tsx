import { titled } from '#app/language.ts'
import { NodesPage } from '#components/nodes/nodes-page.tsx'

export const generateMetadata = titled(({ shell }) => shell.tabs.nodes)

export default function Page() {
  return <NodesPage />
}
