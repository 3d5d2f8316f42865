import { titled } from '#app/language.ts'
import { NotificationsPage } from '#components/notifications/notifications-page.tsx'

export const generateMetadata = titled(({ notifications }) => notifications.title)

export default function Page() {
  return <NotificationsPage />
}
