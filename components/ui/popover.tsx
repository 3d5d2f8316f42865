import { Popover as Base } from '@base-ui/react/popover'
import type { ReactElement, ReactNode } from 'react'
import { useLayer } from '#components/ui/layer.ts'

interface PopoverProps {
  readonly trigger: ReactElement<Record<string, unknown>>
  readonly title: ReactNode
  readonly children: ReactNode
}

/** More detail on its button's content, in place. */
export function Popover({ trigger, title, children }: PopoverProps) {
  const layer = useLayer()
  return (
    <Base.Root>
      <Base.Trigger render={trigger} />
      <Base.Portal container={layer}>
        <Base.Positioner align="start" sideOffset={6} collisionPadding={12} className="z-50">
          <Base.Popup className="max-w-[min(420px,calc(100vw-24px))] rounded-lg overlay px-4 py-3 text-fg-2 outline-none">
            <Base.Title className="font-semibold text-fg">{title}</Base.Title>
            {children}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  )
}
