import { useMessages } from '#components/messages.tsx'

/** That what was asked of the leading tab is not done, nor will be. */
export function Unanswered() {
  return (
    <span role="alert" className="text-warn-fg">
      {useMessages().bulk.unanswered}
    </span>
  )
}
