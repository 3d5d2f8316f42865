import { Lock } from 'lucide-react'
import { memo } from 'react'
import { useMessages, Words } from '#components/messages.tsx'
import { APPROVAL_RULE, signersRule } from '#components/shell/rbac-rules.ts'
import { CopyButton } from '#components/ui/copy-button.tsx'
import { Note } from '#components/ui/note.tsx'
import { KUBE_APISERVER_CLIENT_KUBELET, KUBELET_SERVING } from '#lib/csr/names.ts'
import { useCluster } from '#lib/query/live.ts'

/** Rights that this identity lacks, and the rule that would grant them. */
export const PermissionNote = memo(function PermissionNote() {
  const { board, common } = useMessages()
  const cluster = useCluster()
  if (cluster === null || cluster.access.reviewedAt === null) return null
  const { approval, signers } = cluster.access
  const client = approval && signers[KUBE_APISERVER_CLIENT_KUBELET] === true
  const serving = approval && signers[KUBELET_SERVING] === true
  if (client && serving) return null

  const words = board.permission
  const missing = [KUBE_APISERVER_CLIENT_KUBELET, KUBELET_SERVING].filter(
    (name) => signers[name] !== true,
  )
  const rules = [
    ...(approval ? [] : [APPROVAL_RULE]),
    ...(missing.length > 0 ? [signersRule(missing)] : []),
  ]
  return (
    <Note
      icon={Lock}
      title={client ? words.client : serving ? words.serving : words.none}
      className="mb-4"
      action={
        <CopyButton
          text={rules.join('\n')}
          label={common.off.copyRule}
          copiedLabel={common.off.ruleCopied}
        />
      }
    >
      <p className="[&_code]:text-fg">
        <Words
          text={approval ? words.missingSigners : words.missingApproval}
          blanks={{ user: cluster.user, signers: <Signers names={missing} /> }}
        />{' '}
        {client && words.stopAtClient}
        {serving && words.stopAtStart}
      </p>
    </Note>
  )
})

function Signers({ names }: { readonly names: readonly string[] }) {
  return names.map((name, index) => (
    <span key={name}>
      {index > 0 && ', '}
      <code className="mono">{name}</code>
    </span>
  ))
}
