import { Lock } from 'lucide-react'
import { useOffReason } from '#components/decide/off-reason.tsx'
import { nextRequest, purposeOf, type Target } from '#components/decide/target.ts'
import { useMessages, Words } from '#components/messages.tsx'
import { approverCommand } from '#components/shell/rbac-rules.ts'
import { CopyButton } from '#components/ui/copy-button.tsx'
import { Note } from '#components/ui/note.tsx'
import { useCluster } from '#lib/query/live.ts'

/** In place of the buttons: the right that the person lacks, and the command that gives it. */
export function MissingRight({ target }: { readonly target: Target }) {
  const { machine, common } = useMessages()
  const cluster = useCluster()
  const request = nextRequest(target)
  const off = useOffReason(request?.signerName ?? '')
  if (request === null || off?.more === undefined || cluster === null) return null
  const { noApproval, noSigner } = common.off
  return (
    <Note
      className="mb-4"
      icon={Lock}
      title={
        cluster.access.approval ? noSigner.title(purposeOf(request.signerName)) : noApproval.title
      }
      action={
        <CopyButton
          text={approverCommand(cluster.user)}
          label={machine.missingRight.copy}
          copiedLabel={common.copied}
        />
      }
    >
      {off.text} <Words text={machine.missingRight.text} blanks={{ user: cluster.user }} />
    </Note>
  )
}
