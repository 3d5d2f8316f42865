import { Lock } from 'lucide-react'
import { memo } from 'react'
import { approveCommand } from '#components/shell/rbac-rules.ts'
import { CopyButton } from '#components/ui/copy-button.tsx'
import { Listed, Sentences, useMessages, Words } from '#components/ui/messages.tsx'
import { Note } from '#components/ui/note.tsx'
import { KUBE_APISERVER_CLIENT_KUBELET, KUBELET_SERVING, KUBELET_SIGNERS } from '#lib/csr/names.ts'
import { useCluster } from '#lib/query/live.ts'

/** Rights that this identity lacks, and the command by which an admin gives them. */
export const PermissionNote = memo(function PermissionNote() {
  const { board, common } = useMessages()
  const cluster = useCluster()
  if (cluster === null || cluster.access.reviewedAt === null) return null
  const { approval, signers } = cluster.access
  const client = approval && signers[KUBE_APISERVER_CLIENT_KUBELET] === true
  const serving = approval && signers[KUBELET_SERVING] === true
  if (client && serving) return null

  const words = board.permission
  const missing = Object.values(KUBELET_SIGNERS).filter((name) => signers[name] !== true)
  return (
    <Note
      icon={Lock}
      title={client ? words.client : serving ? words.serving : words.none}
      className="mb-4"
      action={
        <CopyButton
          text={approveCommand(cluster)}
          label={common.off.copyCommand}
          copiedLabel={common.off.commandCopied}
        />
      }
    >
      <p className="[&_code]:text-fg">
        <Sentences>
          <Words
            text={approval ? words.missingSigners : words.missingApproval}
            blanks={{
              user: cluster.user,
              signers: (
                <Listed names={missing}>{(name) => <code className="mono">{name}</code>}</Listed>
              ),
            }}
          />
          {client && words.stopAtClient}
          {serving && words.stopAtStart}
        </Sentences>
      </p>
    </Note>
  )
})
