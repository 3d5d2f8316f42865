'use client'

import { Ban, CircleX, Hourglass, Layers, RotateCcw, Shield, TriangleAlert } from 'lucide-react'
import { NodeName } from '#components/machines/node-name.tsx'
import { readableValues } from '#components/machines/reason-line.tsx'
import { useMessages, Words } from '#components/messages.tsx'
import { LinkButton } from '#components/ui/button.tsx'
import { Note } from '#components/ui/note.tsx'
import { humanDuration } from '#lib/csr/age.ts'
import { KUBELET_SERVING } from '#lib/csr/names.ts'
import { findingWords } from '#lib/messages/check-words.ts'
import { useNow } from '#lib/query/live.ts'
import type { MachineDetail, RequestDetail } from '#lib/query/wire.ts'

/** Seconds after which silence means that something is broken (the documentation's habits). */
const SIGNER_PATIENCE = 60
const KUBELET_PATIENCE = 120

/** The one thing to know before deciding: what is wrong, what it means, what to do. */
export function MachineNote({ detail }: { readonly detail: MachineDetail }) {
  const { machine } = useMessages()
  const now = useNow()
  const texts = machine.notes
  const row = detail.machine
  const current = currentRequest(detail.requests)
  if (current?.verdict === 'suspicious' || current?.verdict === 'refused') {
    return <RequestNote request={current} />
  }
  if (row.rebootstrapping && row.node !== null) {
    return (
      <Note
        className="mb-4"
        icon={RotateCcw}
        tone="warn"
        title={texts.rebootstrapping.title(
          humanDuration((now - Date.parse(row.node.createdAt)) / 1_000),
        )}
        action={
          <LinkButton href={`/nodes?q=${encodeURIComponent(row.name)}`} size="small">
            {texts.rebootstrapping.viewNode}
          </LinkButton>
        }
      >
        {texts.rebootstrapping.text}
      </Note>
    )
  }
  if (current?.verdict === 'plausible') {
    return (
      <Note className="mb-4" icon={Shield} title={texts.plausible.title}>
        <Words
          text={texts.plausible.text}
          blanks={{ name: <NodeName name={row.name} truncate="none" /> }}
        />
      </Note>
    )
  }
  if (row.stage === 'failed') {
    const failure = detail.requests.find((request) => request.failure !== null)?.failure ?? ''
    return (
      <Note className="mb-4" icon={CircleX} tone="bad" title={texts.failed.title}>
        <Words text={texts.failed.text} blanks={{ message: failure }} />
      </Note>
    )
  }
  if (row.stage === 'denied') {
    return (
      <Note className="mb-4" icon={Ban} title={texts.denied.title}>
        {texts.denied.text}
      </Note>
    )
  }
  const inStage = row.stageSince === null ? 0 : (now - Date.parse(row.stageSince)) / 1_000
  if (row.waitingForSigner && inStage > SIGNER_PATIENCE) {
    return (
      <Note className="mb-4" icon={Hourglass} tone="warn" title={texts.signerSilent.title}>
        {texts.signerSilent.text}
      </Note>
    )
  }
  if (row.stage === 'clientIssued' && inStage > KUBELET_PATIENCE) {
    return (
      <Note className="mb-4" icon={Hourglass} tone="warn" title={texts.servingMissing.title}>
        {texts.servingMissing.text}
      </Note>
    )
  }
  const serving = detail.requests.filter(
    ({ signerName, verdict }) => signerName === KUBELET_SERVING && verdict !== null,
  )
  if (serving.length > 1) {
    return (
      <Note className="mb-4" icon={Layers} title={texts.severalServing.title}>
        {texts.severalServing.text}
      </Note>
    )
  }
  return null
}

/** The first failing check of a request that stops, in full sentences. */
export function RequestNote({ request }: { readonly request: RequestDetail }) {
  const { checks } = useMessages()
  const { reason, verdict } = request
  if (reason === null || (verdict !== 'suspicious' && verdict !== 'refused')) return null
  const words = findingWords(checks.table, reason.code, reason.finding)
  return (
    <Note
      className="mb-4"
      icon={verdict === 'refused' ? Ban : TriangleAlert}
      tone={verdict === 'refused' ? 'void' : 'bad'}
      title={
        <Words text={words?.summary ?? checks.untold} blanks={readableValues(reason.values)} />
      }
    >
      {words?.remedy !== undefined && (
        <Words text={words.remedy} blanks={readableValues(reason.values)} />
      )}
    </Note>
  )
}

/** The newest pending request, which is the one that the page is about; else the newest of all. */
export function currentRequest(requests: readonly RequestDetail[]): RequestDetail | null {
  const pending = requests.filter(({ verdict }) => verdict !== null)
  return pending.find(({ superseded }) => !superseded) ?? pending[0] ?? requests[0] ?? null
}
