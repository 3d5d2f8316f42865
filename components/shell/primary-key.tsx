import { useCommandKey } from '#components/shell/command-key.ts'
import { Kbd } from '#components/ui/kbd.tsx'
import { useMessages } from '#components/ui/messages.tsx'

/** Shows on a dialog's primary button the keys that press it. */
export function PrimaryKey() {
  const { names } = useMessages().keys
  return (
    <Kbd on="accent">
      {useCommandKey()} {names.return}
    </Kbd>
  )
}
