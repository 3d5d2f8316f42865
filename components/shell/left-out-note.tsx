import { Layers } from 'lucide-react'
import { Said } from '#components/said.tsx'
import { ClusterText } from '#components/ui/cluster-text.tsx'
import { Listed, Sentences, useMessages, Words } from '#components/ui/messages.tsx'
import { Note } from '#components/ui/note.tsx'
import { useFeed } from '#lib/query/live.ts'
import type { LeftOut } from '#lib/wire/wire.ts'

/**
 * Warning on every page about a kubelet signer with too many requests, whose machines look idle.
 */
export function KubeletSignersNote() {
  const { leftOut } = useFeed().sources.csrs
  const texts = useMessages().shell.leftOut.kubelets
  if (leftOut === null) return null
  return (
    <Note icon={Layers} tone="warn" title={texts.title} className="mb-4">
      <p>
        <Words text={texts.text(leftOut.most)} blanks={{ signers: <Signers {...leftOut} /> }} />
      </p>
    </Note>
  )
}

/** Requests of other signers that the list of requests lacks. */
export function OtherSignersNote() {
  const { state, message, causes, leftOut } = useFeed().sources.otherCsrs
  const texts = useMessages().shell.leftOut.others
  if (leftOut !== null) {
    const { count, most, signers } = leftOut
    return (
      <Note icon={Layers} title={texts.title(count)} className="mb-4">
        <p>
          <Words
            text={signers.length > 0 ? texts.ofSigners(most) : texts.ofMany(most)}
            blanks={{ signers: <Signers {...leftOut} /> }}
          />
        </p>
      </Note>
    )
  }
  if (state === 'live' || state === 'connecting') return null
  return (
    <Note icon={Layers} title={texts.notRead} className="mb-4">
      <p>
        <Sentences>
          {texts.notReadText}
          {message !== null && <Said of={{ detail: message, causes }} />}
        </Sentences>
      </p>
    </Note>
  )
}

function Signers({ signers }: Pick<LeftOut, 'signers'>) {
  return <Listed names={signers}>{(name) => <ClusterText text={name} truncate="none" />}</Listed>
}
