import { plainWords, Words } from '#components/messages.tsx'
import type { Reason } from '#components/ui/button.tsx'

/** Why nothing can be written beside the policy; null when it can. */
export function offToWrite(
  mayEdit: boolean | null,
  { off, offUnknown }: { readonly off: string; readonly offUnknown: string },
): Reason | null {
  if (mayEdit === true) return null
  return mayEdit === null
    ? { text: offUnknown }
    : { text: plainWords(off), more: <Words text={off} /> }
}
