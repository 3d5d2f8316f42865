import { titled } from '#app/language.ts'
import { ActivityPage } from '#components/activity/activity-page.tsx'

export const generateMetadata = titled(({ shell }) => shell.tabs.activity)

export default function Page() {
  return <ActivityPage />
}
