import { Menu } from '@base-ui/react/menu'
import { Copy, Ellipsis, ListChecks, OctagonX, PenLine, SquareArrowOutUpRight } from 'lucide-react'
import { memo } from 'react'
import { useDecideActions } from '#components/decide/decide-context.ts'
import {
  duplicatesOf,
  isApprovedAtOnce,
  isFollowedAtOnce,
  nextRequest,
  shortNameOf,
  type Target,
  targetName,
} from '#components/decide/target.ts'
import { APPROVALS } from '#components/decide/verbs.ts'
import { offFor, useOff } from '#components/machines/permissions.tsx'
import { machinePath, requestPath } from '#components/shell/routes.ts'
import { Button } from '#components/ui/button.tsx'
import { Icon } from '#components/ui/icon.tsx'
import { useSay } from '#components/ui/live-region.tsx'
import { MenuItem, MenuLink, MenuPopup, MenuRule } from '#components/ui/menu.tsx'
import { useMessages, Words } from '#components/ui/messages.tsx'
import { visible } from '#lib/csr/escape.ts'

/** All rows share one menu: a menu for each would weigh more than its row. */
const handle = Menu.createHandle<Target>()

interface RowMenuButtonProps {
  readonly target: Target
}

export function RowMenuButton({ target }: RowMenuButtonProps) {
  const { board } = useMessages()
  return (
    <Menu.Trigger
      handle={handle}
      payload={target}
      render={
        <Button
          look="quiet"
          size="small"
          square
          aria-label={board.row.more(visible(targetName(target)))}
          className="max-roomy:hidden"
        />
      }
    >
      <Icon of={Ellipsis} />
    </Menu.Trigger>
  )
}

/** Render it once, beside the lists. */
export const RowMenu = memo(function RowMenu() {
  return (
    <Menu.Root handle={handle} modal={false}>
      {({ payload }) => (
        <MenuPopup>{payload !== undefined && <RowMenuItems target={payload} />}</MenuPopup>
      )}
    </Menu.Root>
  )
})

function RowMenuItems({ target }: RowMenuButtonProps) {
  const { board, common, machine } = useMessages()
  const { approve, deny } = useDecideActions()
  const off = useOff()
  const say = useSay()
  const request = nextRequest(target)
  const name = targetName(target)
  const open = target.kind === 'machine' ? machinePath(name) : requestPath(target.request.uid)
  return (
    <>
      <MenuLink href={open} icon={SquareArrowOutUpRight} hint="↵">
        {target.kind === 'machine' ? board.menu.open : board.menu.openRequest}
      </MenuLink>
      <MenuItem
        icon={Copy}
        onSelect={() => {
          void navigator.clipboard
            ?.writeText(visible(name))
            .then(() => say(common.copied))
            .catch(() => {})
        }}
      >
        {board.menu.copyName}
      </MenuItem>
      {request !== null && (
        <>
          <MenuRule />
          {isFollowedAtOnce(target) && (
            <MenuItem
              icon={ListChecks}
              off={offFor(off, request.signerName)?.text}
              below={board.menu.approveText(duplicatesOf(target).length)}
              onSelect={() => approve(target, APPROVALS.approve)}
            >
              <Words
                text={machine.actions.approve('atOnce')}
                blanks={{ name: shortNameOf(target) }}
              />
            </MenuItem>
          )}
          {target.kind === 'machine' &&
            target.machine.next !== null &&
            isApprovedAtOnce(request) && (
              <MenuItem
                icon={PenLine}
                off={offFor(off, request.signerName)?.text}
                onSelect={() => approve(target, APPROVALS.withNote)}
              >
                {board.menu.approveWithNote}
              </MenuItem>
            )}
          <MenuItem
            icon={OctagonX}
            tone="deny"
            hint="d"
            off={offFor(off, request.signerName)?.text}
            onSelect={() => deny([target])}
          >
            {board.menu.deny}
          </MenuItem>
        </>
      )}
    </>
  )
}
