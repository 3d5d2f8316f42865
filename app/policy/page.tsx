import { titled } from '#app/language.ts'
import { PolicyPage } from '#components/policy/policy-page.tsx'

export const generateMetadata = titled(({ shell }) => shell.tabs.policy)

export default function Page() {
  return <PolicyPage />
}
