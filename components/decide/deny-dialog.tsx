import { useRef } from 'react'
import { ActDialog } from '#components/decide/act-dialog.tsx'
import { afterDenial } from '#components/decide/after-denial.ts'
import { useDenial } from '#components/decide/denial.ts'
import { NoteField } from '#components/decide/note-field.tsx'
import { purposeOf, type Target } from '#components/decide/target.ts'
import { Button } from '#components/ui/button.tsx'
import { ClusterText } from '#components/ui/cluster-text.tsx'
import { Sentences, useMessages, Words } from '#components/ui/messages.tsx'
import { isKubeletSigner, KUBE_APISERVER_CLIENT_KUBELET } from '#lib/csr/names.ts'
import { useCluster, useNow } from '#lib/query/live.ts'
import type { DecidableRequest } from '#lib/query/mutations.ts'
import type { RunSummary } from '#lib/wire/run-answers.ts'

interface DenyDialogProps {
  readonly targets: readonly Target[]
  readonly onClose: () => void
}

/** Asks for the reason of a denial, and says what the kubelet does next. */
export function DenyDialog({ targets, onClose }: DenyDialogProps) {
  const { decide, joined } = useMessages()
  const texts = decide.deny
  const cluster = useCluster()
  const field = useRef<HTMLTextAreaElement>(null)
  const { requests, undecided, about, note, sent, ...denial } = useDenial(targets, onClose)
  const name = about[0]?.name ?? ''
  const after = afterDenial(about)
  const startsHour =
    after === 'kubelet' &&
    about.some(({ signerName }) => signerName === KUBE_APISERVER_CLIENT_KUBELET)
  const triesOn =
    cluster?.machineApprover.presence === 'present' &&
    requests.some(({ signerName }) => isKubeletSigner(signerName))
  return (
    <ActDialog
      onClose={denial.close}
      sticky={note !== ''}
      focus={field}
      title={
        <Words
          text={texts.title(about.length)}
          blanks={{ name: <ClusterText text={name} truncate="none" /> }}
        />
      }
      description={
        startsHour ? joined.sentences([texts.after[after], texts.hourAgain]) : texts.after[after]
      }
      note={<Words text={texts.asWhom} blanks={{ user: cluster?.user ?? '' }} />}
      look="danger"
      label={
        <Words
          text={texts.deny(about.length)}
          blanks={{ name: <ClusterText text={name} className="max-w-48" /> }}
        />
      }
      off={denial.off}
      onAct={() => void denial.deny()}
      sent={
        sent && {
          label: texts.denying,
          ...(sent.stop !== null && {
            note: <Progress run={denial.run} count={sent.requests.length} />,
            stop: (
              <Button busy={denial.isStopping} onClick={denial.stop}>
                {denial.isStopping ? texts.stopping : texts.stop}
              </Button>
            ),
          }),
        }
      }
    >
      <div className="grid gap-4 px-5 py-4">
        <DeniedList requests={requests} undecided={undecided} />
        {triesOn && <p className="text-pretty text-fg-2">{texts.machineApprover}</p>}
        <NoteField
          ref={field}
          label={texts.why(about.length)}
          hint={texts.whyHint}
          value={note}
          onChange={denial.setNote}
        />
      </div>
    </ActDialog>
  )
}

/** Requests listed; further ones are counted. */
const LISTED = 8

interface DeniedListProps {
  readonly requests: readonly DecidableRequest[]
  /** Requests that are still pending. */
  readonly undecided: readonly DecidableRequest[]
}

function DeniedList({ requests, undecided }: DeniedListProps) {
  const { deny: texts } = useMessages().decide
  return (
    <div>
      <p className="mb-1 text-xs text-fg-3">{texts.list}</p>
      <ul className="grid grid-cols-[minmax(0,1fr)_minmax(52px,max-content)_minmax(0,1.6fr)] gap-x-3 gap-y-0.5">
        {requests.slice(0, LISTED).map((request) => (
          <li
            key={request.uid}
            className="col-span-full grid grid-cols-subgrid aria-disabled:text-fg-3 aria-disabled:line-through"
            aria-disabled={!undecided.includes(request) || undefined}
          >
            <ClusterText text={request.name} />
            <span className="text-fg-2">{texts.purposes[purposeOf(request.signerName)]}</span>
            <ClusterText text={request.nodeName ?? request.requestor} className="text-fg-3" />
          </li>
        ))}
      </ul>
      {requests.length > LISTED && (
        <p className="text-fg-3">{texts.more(requests.length - LISTED)}</p>
      )}
    </div>
  )
}

function Progress({ run, count }: { readonly run: RunSummary | null; readonly count: number }) {
  const {
    decide: { deny },
    bulk,
  } = useMessages()
  const denied = run?.progress.decided ?? 0
  const pause = run?.pause ?? null
  return (
    <Sentences>
      <span
        role="progressbar"
        aria-label={deny.denying}
        aria-valuenow={denied}
        aria-valuemin={0}
        aria-valuemax={count}
        aria-valuetext={deny.progress(denied, count)}
        className="tabular-nums"
      >
        {deny.progress(denied, count)}
      </span>
      {pause !== null && (
        <span className="text-warn-fg">
          <Sentences>
            {bulk.run.paused[pause.why]}
            {pause.until !== null && <GoesOn at={pause.until} />}
          </Sentences>
        </span>
      )}
      {deny.closing}
    </Sentences>
  )
}

function GoesOn({ at }: { readonly at: number }) {
  const texts = useMessages().bulk.run
  const now = useNow()
  return at > now && texts.pausedUntil((at - now) / 1_000)
}
