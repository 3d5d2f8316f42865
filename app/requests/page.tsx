import { RequestsPage } from '#components/requests/requests-page.tsx'

export default function Page() {
  return <RequestsPage />
}
