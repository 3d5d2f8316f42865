import { Menu as Base } from '@base-ui/react/menu'
import type { LucideIcon } from 'lucide-react'
import Link from 'next/link'
import type { ReactElement, ReactNode } from 'react'
import { classNames } from '#components/ui/class-names.ts'
import { Icon } from '#components/ui/icon.tsx'
import { Kbd } from '#components/ui/kbd.tsx'
import { useLayer } from '#components/ui/layer.ts'

interface MenuProps {
  /** Button that opens the menu. */
  readonly trigger: ReactElement<Record<string, unknown>>
  readonly children: ReactNode
  readonly align?: 'start' | 'end'
}

/**
 * A menu with a button of its own. Rows of a list share one: see MenuPopup and `createMenuHandle`.
 */
export function Menu({ trigger, children, align = 'end' }: MenuProps) {
  return (
    <Base.Root modal={false}>
      <Base.Trigger render={trigger} />
      <MenuPopup align={align}>{children}</MenuPopup>
    </Base.Root>
  )
}

export function MenuPopup({ children, align = 'end' }: Omit<MenuProps, 'trigger'>) {
  const layer = useLayer()
  return (
    <Base.Portal container={layer}>
      <Base.Positioner align={align} sideOffset={4} collisionPadding={8} className="z-50">
        <Base.Popup className="min-w-48 max-w-[min(360px,calc(100vw-16px))] rounded-lg overlay p-1 outline-none">
          {children}
        </Base.Popup>
      </Base.Positioner>
    </Base.Portal>
  )
}

interface ItemProps {
  readonly icon?: LucideIcon
  readonly tone?: 'plain' | 'deny'
  readonly hint?: string
  readonly children: ReactNode
}

const itemLook =
  'flex min-h-8 max-tablet:min-h-11 w-full items-center gap-2.5 rounded-md px-2 py-1 text-left -outline-offset-2 data-highlighted:bg-sunken'

function ItemBody({ icon, hint, children }: ItemProps) {
  return (
    <>
      {icon !== undefined && <Icon of={icon} className="opacity-80" />}
      <span className="min-w-0 flex-1">{children}</span>
      {hint !== undefined && <Kbd>{hint}</Kbd>}
    </>
  )
}

interface MenuItemProps extends ItemProps {
  readonly onSelect: () => void
  /** Reason that the item is disabled, shown below its words. */
  readonly off?: string | null | undefined
  /** Meaning of the item, shown below its words. */
  readonly below?: string | undefined
}

export function MenuItem({ onSelect, off, below, ...item }: MenuItemProps) {
  const isOff = off !== null && off !== undefined
  const small = isOff ? off : below
  return (
    <Base.Item
      disabled={isOff}
      onClick={onSelect}
      className={classNames(
        itemLook,
        isOff ? 'text-fg-3' : item.tone === 'deny' ? 'text-bad-fg' : 'text-fg',
      )}
    >
      <ItemBody {...item}>
        {item.children}
        {small !== undefined && (
          <span className="block text-xs text-pretty text-fg-3">{small}</span>
        )}
      </ItemBody>
    </Base.Item>
  )
}

export function MenuLink({ href, ...item }: ItemProps & { readonly href: string }) {
  return (
    <Base.LinkItem
      render={<Link href={href} />}
      closeOnClick
      className={classNames(itemLook, 'text-fg')}
    >
      <ItemBody {...item} />
    </Base.LinkItem>
  )
}

/** Heading of a menu. */
export function MenuHead({ children }: { readonly children: ReactNode }) {
  return (
    <Base.Group>
      <Base.GroupLabel className="px-2 pt-1.5 pb-1 text-xs text-fg-3">{children}</Base.GroupLabel>
    </Base.Group>
  )
}

export function MenuRule() {
  return <Base.Separator className="mx-2 my-1 h-px bg-line-soft" />
}
