import { useCommandKey } from '#components/shell/command-key.ts'
import { Kbd } from '#components/ui/kbd.tsx'
import { useMessages } from '#components/ui/messages.tsx'

/** The keys that press the primary button of a dialog, on that button. */
export function PrimaryKey() {
  const { names } = useMessages().keys
  return (
    <Kbd on="accent">
      {useCommandKey()} {names.return}
    </Kbd>
  )
}
