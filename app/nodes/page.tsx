import { titled } from '#app/language.ts'
import { NodesViews } from '#components/nodes/nodes-views.tsx'

export const generateMetadata = titled(({ shell }) => shell.tabs.nodes)

export default function Page() {
  return <NodesViews />
}
