import { Ban, RotateCcw, Shield, TriangleAlert } from 'lucide-react'
import type { Whose } from '#components/decide/whose.ts'
import { Remedy } from '#components/machine/remedy.tsx'
import { NodeName } from '#components/machines/node-name-text.tsx'
import { usePartlyJudged } from '#components/machines/partly-judged.tsx'
import { readableValues, useReasonWords } from '#components/machines/reason-line.tsx'
import { useMessages, Words } from '#components/messages.tsx'
import { expectedPath, nodePath } from '#components/shell/routes.ts'
import { LinkButton } from '#components/ui/button.tsx'
import { Note } from '#components/ui/note.tsx'
import { answersRequestor } from '#lib/csr/machine-approver/machine-approver-facts.ts'
import { isHeldBack, trustOf } from '#lib/csr/policy/trust.ts'
import { unconfirmedWords } from '#lib/messages/check-words.ts'
import type { MachineDetail, RequestDetail } from '#lib/query/domain-types.ts'
import { useCluster, useNow } from '#lib/query/live.ts'

interface MachineNoteProps {
  readonly detail: MachineDetail
  readonly whose: Whose
}

/** The one thing to know before deciding: what is wrong, what it means, what to do. */
export function MachineNote({ detail, whose }: MachineNoteProps) {
  const { machine, times } = useMessages()
  const now = useNow()
  const texts = machine.notes
  const row = detail.machine
  const current = currentRequest(detail.requests)
  if (current !== null && isHeldBack(current.verdict)) {
    // The alarm itself stands above, and says more.
    const told =
      current.reason?.code === 'machine.alarm' &&
      detail.alarms.some(({ kind }) => kind === 'issuedOtherwise')
    return told ? null : <RequestNote request={current} whose={whose} />
  }
  if (row.rebootstrapping && row.node !== null) {
    return (
      <Note
        className="mb-4"
        icon={RotateCcw}
        tone="warn"
        title={texts.rebootstrapping.title(
          times.span((now - Date.parse(row.node.createdAt)) / 1_000),
        )}
        action={
          <LinkButton href={nodePath(row.name)} size="small">
            {texts.rebootstrapping.viewNode}
          </LinkButton>
        }
      >
        {texts.rebootstrapping.text}
      </Note>
    )
  }
  return current && <RequestNote request={current} whose={whose} />
}

interface PlausibleNoteProps {
  /** The machine's. */
  readonly name: string
  readonly request: RequestDetail
  readonly whose: Whose
}

/** Meaning of missing confirmation, and the place where a person can confirm the machine. */
function PlausibleNote({ name, request, whose }: PlausibleNoteProps) {
  const { checks, machine, times } = useMessages()
  const texts = machine.notes.plausible
  const { code = '', finding = '', values = {} } = request.reason ?? {}
  const words = unconfirmedWords(texts.unconfirmed, code, finding) ?? { summary: checks.untold }
  const blanks = {
    ...readableValues(values, times),
    name: <NodeName name={name} truncate="none" />,
  }
  // A renewal is not compared with it.
  const compared = request.checks.find((check) => check.code === 'identity.expected')
  return (
    <Note
      className="mb-4"
      icon={Shield}
      title={texts.title}
      action={
        compared === undefined ? undefined : (
          <LinkButton href={expectedPath(name)} prefetch={false} size="small">
            {machine.notes.addExpected}
          </LinkButton>
        )
      }
    >
      <Words text={words.summary} blanks={blanks} />{' '}
      <Remedy words={words} blanks={blanks} whose={whose} />{' '}
      {compared?.finding === 'noList' && texts.list}
    </Note>
  )
}

interface RequestNoteProps {
  readonly request: RequestDetail
  readonly whose: Whose
  /** No other panel of the page says that the machine-approver makes none of our checks. */
  readonly alone?: boolean
}

/** The first failing check of a request, or what it means that nothing confirms its machine. */
export function RequestNote({ request, whose, alone = false }: RequestNoteProps) {
  const { checks, hold, machine } = useMessages()
  const { reason, verdict, nodeName } = request
  const { words, blanks } = useReasonWords(reason)
  const isPartly = usePartlyJudged()
  const presence = useCluster()?.machineApprover.presence
  const { signerName, requestorDetail: requestor } = request
  const isBeside = alone && presence === 'present' && answersRequestor({ signerName, requestor })
  if (nodeName !== null && trustOf(request) === 'plausible' && !request.superseded) {
    return isPartly ? null : <PlausibleNote name={nodeName} request={request} whose={whose} />
  }
  if (reason === null || !isHeldBack(verdict)) return null
  const isUnexpected = reason.code === 'identity.expected' && reason.finding === 'unexpected'
  return (
    <Note
      className="mb-4"
      icon={verdict === 'refused' ? Ban : TriangleAlert}
      tone={verdict === 'refused' ? 'void' : 'bad'}
      title={<Words text={words?.summary ?? checks.untold} blanks={blanks} />}
      action={
        isUnexpected && nodeName !== null ? (
          <LinkButton href={expectedPath(nodeName)} prefetch={false} size="small">
            {machine.notes.addExpected}
          </LinkButton>
        ) : undefined
      }
    >
      {words !== null && <Remedy words={words} blanks={blanks} whose={whose} />}{' '}
      {isBeside && hold.beside.machineApprover}
    </Note>
  )
}

/**
 * The newest pending request, and of several of one second the held-back one; else the newest
 * decided one. A superseded request tells nothing of its machine.
 */
export function currentRequest(requests: readonly RequestDetail[]): RequestDetail | null {
  const current = requests.filter(({ superseded }) => !superseded)
  const newest = current.find(({ verdict }) => verdict !== null) ?? current[0] ?? null
  const isHeld = ({ createdAt, verdict }: RequestDetail) =>
    createdAt === newest?.createdAt && isHeldBack(verdict)
  return current.find(isHeld) ?? newest
}
