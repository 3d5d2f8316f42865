import { titled } from '#app/language.ts'
import { ExpectedPage } from '#components/expected/expected-page.tsx'

export const generateMetadata = titled(({ expected }) => expected.title)

export default function Page() {
  return <ExpectedPage />
}
