import { Tooltip } from '@base-ui/react/tooltip'
import type { ReactElement, ReactNode } from 'react'
import { useLayer } from '#components/ui/layer.ts'

interface TipProps {
  readonly content: ReactNode
  /** One focusable element. Its name or description must also contain the tooltip's text. */
  readonly children: ReactElement<Record<string, unknown>>
}

/** A tooltip that can be hovered, so that a rule or command inside can be copied. */
export function Tip({ content, children }: TipProps) {
  const layer = useLayer()
  return (
    <Tooltip.Root>
      <Tooltip.Trigger render={children} delay={300} closeOnClick={false} />
      <Tooltip.Portal container={layer}>
        <Tooltip.Positioner sideOffset={6} collisionPadding={12} className="z-50">
          <Tooltip.Popup className="max-w-[min(560px,calc(100vw-24px))] rounded-lg overlay px-3 py-2.5 text-xs/[18px] text-fg-2">
            {content}
          </Tooltip.Popup>
        </Tooltip.Positioner>
      </Tooltip.Portal>
    </Tooltip.Root>
  )
}
