import { titled } from '#app/language.ts'
import { RequestsPage } from '#components/requests/requests-page.tsx'

export const generateMetadata = titled(({ shell }) => shell.tabs.requests)

export default function Page() {
  return <RequestsPage />
}
