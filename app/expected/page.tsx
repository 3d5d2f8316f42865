import { ExpectedPage } from '#components/expected/expected-page.tsx'

export default function Page() {
  return <ExpectedPage />
}
