import { useState } from 'react'
import { DecodedRequest } from '#components/machine/decoded-request.tsx'
import { Button } from '#components/ui/button.tsx'
import { Dialog } from '#components/ui/dialog.tsx'
import { useMessages, Words } from '#components/ui/messages.tsx'
import type { RequestDetail } from '#lib/csr/rows/rows.ts'

/** Opens the decoded request, as it was when the button was pressed. */
export function DecodedButton({ request }: { readonly request: RequestDetail }) {
  const { machine } = useMessages()
  const [shown, setShown] = useState<RequestDetail | null>(null)
  return (
    <>
      <Button look="quiet" size="small" onClick={() => setShown(request)}>
        {machine.checks.viewDecoded}
      </Button>
      <Dialog
        open={shown !== null}
        onClose={() => setShown(null)}
        width="wide"
        sheet
        title={
          shown !== null && <Words text={machine.decoded.title} blanks={{ name: shown.name }} />
        }
        description={machine.decoded.description}
      >
        {shown !== null && <DecodedRequest request={shown} />}
      </Dialog>
    </>
  )
}
