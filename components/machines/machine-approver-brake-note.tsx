import { OctagonAlert, TriangleAlert } from 'lucide-react'
import { memo } from 'react'
import { Sentences, useMessages } from '#components/ui/messages.tsx'
import { Note } from '#components/ui/note.tsx'
import { useCluster } from '#lib/query/live.ts'

/**
 * Warns that the machine-approver's brake is on, or about to be: it stops every machine at once.
 */
export const MachineApproverBrakeNote = memo(function MachineApproverBrakeNote() {
  const { hold } = useMessages()
  const approver = useCluster()?.machineApprover
  if (approver === undefined || approver.presence !== 'present') return null
  const { state, pending, limit } = approver.brake
  if (state === 'ok') return null
  const tripped = state === 'tripped'
  return (
    <Note
      icon={tripped ? OctagonAlert : TriangleAlert}
      tone={tripped ? 'bad' : 'warn'}
      title={hold.brake[state](pending, limit)}
      className="mb-4"
    >
      <Sentences>
        {hold.brake.text}
        {hold.brake.todo}
        {tripped && hold.brake.after}
      </Sentences>
    </Note>
  )
})
