import {
  BookMarked,
  BookOpen,
  CircleQuestionMark,
  Keyboard,
  ShieldCheck,
  Sparkles,
} from 'lucide-react'
import { usePalette } from '#components/palette/palette-context.ts'
import { useGuideSection } from '#components/shell/guide-link.tsx'
import { CHANGES, GUIDE_PATH, guidePath } from '#components/shell/guide-sections.ts'
import { Button } from '#components/ui/button.tsx'
import { Icon } from '#components/ui/icon.tsx'
import { Menu, MenuHead, MenuItem, MenuLink, MenuRule } from '#components/ui/menu.tsx'
import { useMessages } from '#components/ui/messages.tsx'
import { useIsPhone } from '#components/ui/phone.ts'

interface HelpMenuProps {
  /** Version of the running program. */
  readonly version: string
}

/** Version, guide, and the explanations that open over any page. */
export function HelpMenu({ version }: HelpMenuProps) {
  const { shell, board } = useMessages()
  const { help } = shell
  const open = usePalette()
  const isPhone = useIsPhone()
  const section = useGuideSection()
  return (
    <Menu
      trigger={
        <Button look="quiet" square aria-label={help.title}>
          <Icon of={CircleQuestionMark} />
        </Button>
      }
    >
      <MenuHead>{help.version(version)}</MenuHead>
      <MenuRule />
      <MenuLink icon={BookOpen} href={GUIDE_PATH}>
        {help.guide}
      </MenuLink>
      {/* On phones the guide's link has no room beside the tabs. */}
      {isPhone && section !== undefined && (
        <MenuLink icon={BookMarked} href={section}>
          {help.guideHere}
        </MenuLink>
      )}
      <MenuLink icon={Sparkles} href={guidePath(CHANGES)}>
        {help.whatIsNew}
      </MenuLink>
      <MenuItem icon={ShieldCheck} onSelect={() => open('verdicts')}>
        {board.verdict.legend.title}
      </MenuItem>
      <MenuItem icon={Keyboard} hint="?" onSelect={() => open('keys')}>
        {shell.keys}
      </MenuItem>
    </Menu>
  )
}
