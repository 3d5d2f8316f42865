import { CircleCheck, CircleX, X } from 'lucide-react'
import { purposeOf } from '#components/decide/target.ts'
import { Fact, Facts, TextFact } from '#components/machine/facts.tsx'
import { decisionsPath, nodePath } from '#components/shell/routes.ts'
import { LinkButton } from '#components/ui/button.tsx'
import { Chip } from '#components/ui/chip.tsx'
import { ClusterText } from '#components/ui/cluster-text.tsx'
import { IconText } from '#components/ui/icon.tsx'
import { useMessages, Words } from '#components/ui/messages.tsx'
import { TitledPanel } from '#components/ui/panel.tsx'
import type { MachineDetail, TimelineEntry } from '#lib/csr/rows/rows.ts'
import { useFeed, useNow } from '#lib/query/live.ts'
import type { Source } from '#lib/wire/wire.ts'

interface NodePanelProps {
  readonly detail: MachineDetail
  /**
   * True when nothing waits: no check then shows the kubelet's answer, and the page's head links to
   * the Node.
   */
  readonly isOver: boolean
}

/** The Node of this name, as the API server has it. */
export function NodePanel({ detail, isOver }: NodePanelProps) {
  const { machine, times } = useMessages()
  const texts = machine.node
  const now = useNow(60_000)
  const { sources } = useFeed()
  const { node } = detail
  if (node === null) {
    return (
      <TitledPanel title={texts.title}>
        <p className="px-4 py-3.5 text-fg-3">
          {sources.nodes.state === 'forbidden' ? texts.unreadable : texts.none}
        </p>
      </TitledPanel>
    )
  }
  const isReady = node.ready?.status === 'True'
  const { execAndLogs, rebootstrapping, servingNotAfter } = detail.machine
  return (
    <TitledPanel
      title={texts.title}
      action={
        !isOver && (
          <LinkButton href={nodePath(node.name)} look="quiet" size="small">
            {texts.view}
          </LinkButton>
        )
      }
    >
      <Facts>
        <Fact name={texts.ready}>
          <IconText
            of={isReady ? CircleCheck : CircleX}
            className={isReady ? 'text-good-fg' : 'text-bad-fg'}
          >
            {node.ready?.status ?? texts.unknown}
          </IconText>
          {node.ready?.since && (
            <span className="text-fg-3">
              {texts.since(times.moment(Date.parse(node.ready.since), now))}
            </span>
          )}
          {!isReady && node.ready !== null && (
            <span className="basis-full text-xs text-fg-2">
              <ClusterText
                text={[node.ready.reason, node.ready.message].filter(Boolean).join(': ')}
                face="sans"
                truncate="none"
              />
            </span>
          )}
        </Fact>
        {node.addresses
          .filter(({ address }) => address !== node.name)
          .map(({ type, address }) => (
            <Fact key={`${type} ${address}`} name={type}>
              <ClusterText text={address} truncate="none" />
            </Fact>
          ))}
        {node.cut?.includes('status.addresses') && (
          <Fact name={texts.moreAddresses}>{texts.notRead}</Fact>
        )}
        <TextFact name={texts.kubelet} text={node.version} />
        <Fact name={texts.servingCert}>
          {servingNotAfter !== null ? (
            texts.certExpires((Date.parse(servingNotAfter) - now) / 1_000)
          ) : execAndLogs === 'unavailable' && !rebootstrapping ? (
            <IconText of={X}>{texts.noneValid}</IconText>
          ) : (
            <span className="text-fg-3">{texts.certUnknown}</span>
          )}
        </Fact>
        {isOver && detail.kubelet !== null && (
          <Fact name={texts.kubeletAsked}>
            {times.moment(Date.parse(detail.kubelet.askedAt), now)}
            <span className="basis-full text-xs text-fg-2">
              {texts.kubeletAnswers[detail.kubelet.outcome]}
            </span>
          </Fact>
        )}
        {(node.unschedulable || node.taints.length > 0) && (
          <Fact name={texts.taints}>
            {node.unschedulable && <Chip>{texts.unschedulable}</Chip>}
            {node.taints.map((taint) => (
              <ClusterText key={taint} text={taint} truncate="none" />
            ))}
          </Fact>
        )}
      </Facts>
    </TitledPanel>
  )
}

function whyNoObject({ state, partly }: Source): 'absent' | 'partly' | 'unreadable' | 'none' {
  if (state === 'absent') return 'absent'
  if (partly) return 'partly'
  return state === 'forbidden' ? 'unreadable' : 'none'
}

/** The Machine object of this machine. While a request waits, a check says if there is none. */
export function MachineObjectPanel({ detail, isOver }: NodePanelProps) {
  const { machine, times } = useMessages()
  const texts = machine.object
  const now = useNow(60_000)
  const { sources } = useFeed()
  const object = detail.machineObject
  if (object === null && !isOver) return null
  return (
    <TitledPanel title={texts.title}>
      {object === null ? (
        <p className="px-4 py-3.5 text-fg-3">{texts[whyNoObject(sources.machines)]}</p>
      ) : (
        <Facts>
          <TextFact name={texts.label} text={object.name} />
          <TextFact name={texts.namespace} text={object.namespace} />
          <TextFact name={texts.api} text={object.apiGroup} />
          {object.phase !== null && (
            <Fact name={texts.phase}>
              <ClusterText text={object.phase} face="sans" />
            </Fact>
          )}
          <Fact name={texts.created}>{times.moment(Date.parse(object.createdAt), now)}</Fact>
          {object.nodeRef !== null && object.nodeRef.name !== detail.machine.name && (
            <TextFact name={texts.nodeRef} text={object.nodeRef.name} />
          )}
          <Fact name={texts.addresses}>
            {object.addresses.length === 0
              ? texts.none_
              : // A host name is often a DNS name, too: it is listed once.
                [...new Set(object.addresses.map(({ address }) => address))].map((address) => (
                  <ClusterText key={address} text={address} truncate="none" />
                ))}
          </Fact>
        </Facts>
      )}
    </TitledPanel>
  )
}

interface ActivityPanelProps {
  readonly machine: string
  readonly entries: readonly TimelineEntry[]
}

/** Events listed; Activity has them all. */
const EVENTS = 4

/** The newest events first, by the timestamps of the objects themselves. */
export function ActivityPanel({ machine: name, entries }: ActivityPanelProps) {
  const { machine, times } = useMessages()
  const now = useNow(60_000)
  return (
    <TitledPanel
      title={machine.activity.title}
      action={
        <LinkButton
          href={decisionsPath(name)}
          prefetch={false}
          look="quiet"
          size="small"
          aria-label={machine.activity.ofMachine}
        >
          {machine.activity.all}
        </LinkButton>
      }
    >
      <ol className="py-1.5">
        {entries.slice(0, EVENTS).map((entry) => (
          <li
            key={`${entry.at} ${entry.kind} ${entry.subject}`}
            className="grid grid-cols-[62px_minmax(0,1fr)] gap-3 px-4 py-[5px]"
          >
            <time
              dateTime={entry.at}
              className="font-mono text-xs/5 tracking-[-0.02em] text-fg-3"
              title={times.stamp(Date.parse(entry.at))}
            >
              {times.timeOrDay(Date.parse(entry.at), now)}
            </time>
            <div className="wrap-anywhere">
              <EntryText entry={entry} />
              {entry.note !== null && (
                <p className="text-xs text-fg-2">
                  <Words text={machine.activity.note} blanks={{ note: entry.note }} />
                </p>
              )}
            </div>
          </li>
        ))}
      </ol>
    </TitledPanel>
  )
}

function EntryText({ entry }: { readonly entry: TimelineEntry }) {
  const { activity } = useMessages().machine
  const blanks = { name: entry.subject, by: entry.by ?? '' }
  const signer = purposeOf(entry.signerName ?? '')
  const text = {
    requestFiled: activity.requestFiled[signer],
    requestApproved: entry.by === null ? activity.requestApproved : activity.requestApprovedBy,
    requestDenied: entry.by === null ? activity.requestDenied : activity.requestDeniedBy,
    requestFailed: activity.requestFailed,
    certificateIssued: activity.certificateIssued[signer],
    machineCreated: activity.machineCreated,
    nodeCreated: activity.nodeCreated,
    nodeReady: activity.nodeReady,
    nodeNotReady: activity.nodeNotReady,
  }[entry.kind]
  return <Words text={text} blanks={blanks} />
}
