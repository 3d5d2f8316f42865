import { PolicyPage } from '#components/policy/policy-page.tsx'

export default function Page() {
  return <PolicyPage />
}
