import { NodesPage } from '#components/nodes/nodes-page.tsx'

export default function Page() {
  return <NodesPage />
}
