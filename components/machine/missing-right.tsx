import { Lock } from 'lucide-react'
import { nextRequest, purposeOf, type Target } from '#components/decide/target.ts'
import { useWhose } from '#components/decide/whose.ts'
import { approveCommand } from '#components/shell/rbac-rules.ts'
import { CopyButton } from '#components/ui/copy-button.tsx'
import { useMessages, Words } from '#components/ui/messages.tsx'
import { Note } from '#components/ui/note.tsx'
import { useCluster } from '#lib/query/live.ts'

/** Replaces the buttons: the right that the person lacks, and the command that grants it. */
export function MissingRight({ target }: { readonly target: Target }) {
  const { board, common } = useMessages()
  const cluster = useCluster()
  const request = nextRequest(target)
  const lacks = useWhose([request?.signerName ?? '']) === 'others'
  if (request === null || !lacks || cluster === null) return null
  const { none, missingSigners, missingApproval } = board.permission
  const purpose = purposeOf(request.signerName)
  const [title, text] = cluster.access.approval
    ? [common.off.noSigner.title(purpose), missingSigners]
    : [none, missingApproval]
  return (
    <Note
      className="mb-4"
      icon={Lock}
      title={title}
      action={
        <CopyButton
          text={approveCommand(cluster, purpose === 'other' ? [request.signerName] : undefined)}
          label={common.off.copyCommand}
          copiedLabel={common.off.commandCopied}
        />
      }
    >
      <Words text={text} blanks={{ user: cluster.user, signers: request.signerName }} />
    </Note>
  )
}
