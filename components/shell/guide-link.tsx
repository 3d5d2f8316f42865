import { BookOpen } from 'lucide-react'
import { usePathname, useSearchParams } from 'next/navigation'
import { guideSectionOf } from '#components/shell/guide-sections.ts'
import { LinkButton } from '#components/ui/button.tsx'
import { Icon } from '#components/ui/icon.tsx'
import { useMessages } from '#components/ui/messages.tsx'

/** Links to the guide's section about this page. */
export function GuideLink() {
  const { help } = useMessages().shell
  const section = useGuideSection()
  if (section === undefined) return null
  return (
    <LinkButton
      href={section}
      prefetch={false}
      look="quiet"
      size="small"
      aria-label={help.guideHere}
      className="mr-6 max-tablet:hidden"
    >
      <Icon of={BookOpen} size="small" />
      {help.guide}
    </LinkButton>
  )
}

/** Address of the section about this page; undefined where the guide has none. */
export function useGuideSection(): string | undefined {
  return guideSectionOf(usePathname(), useSearchParams().get('view'))
}
