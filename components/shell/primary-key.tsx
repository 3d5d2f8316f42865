import { useMessages } from '#components/messages.tsx'
import { useCommandKey } from '#components/shell/command-key.ts'
import { Kbd } from '#components/ui/kbd.tsx'

/** The keys that press the primary button of a dialog, on that button. */
export function PrimaryKey() {
  const { names } = useMessages().keys
  return (
    <Kbd on="accent">
      {useCommandKey()} {names.return}
    </Kbd>
  )
}
