'use client'

import Link from 'next/link'
import { useMessages } from '#components/messages.tsx'
import { RequestorText, SignerText } from '#components/requests/kubectl-text.tsx'
import { Chip, Count } from '#components/ui/chip.tsx'
import { classNames } from '#components/ui/class-names.ts'
import { ClusterText } from '#components/ui/cluster-text.tsx'
import { PanelHead, panelLook } from '#components/ui/panel.tsx'
import { ScrollRegion } from '#components/ui/scroll-region.tsx'
import { age, requestedDuration } from '#lib/csr/age.ts'
import { useNow } from '#lib/query/live.ts'
import type { ListedRequest } from '#lib/query/wire.ts'

const head =
  'h-8 border-b border-line pr-3.5 text-left font-mono text-2xs font-medium text-fg-3 first:pl-4'
const cell =
  'h-9 border-b border-line-soft pr-3.5 font-mono text-[12.5px]/[18px] tracking-[-0.02em] whitespace-nowrap tabular-nums first:pl-4'

/** A machine's requests in kubectl's columns, to the letter. */
export function RequestsPanel({ requests }: { readonly requests: readonly ListedRequest[] }) {
  const { machine } = useMessages()
  const now = useNow()
  const superseded = requests.filter((request) => request.superseded).length
  return (
    <section className={panelLook}>
      <PanelHead
        title={machine.requests.title}
        aside={
          <span className="inline-flex items-center gap-2">
            <Count value={requests.length} />
            {superseded > 0 && machine.requests.superseded(superseded)}
          </span>
        }
      />
      <ScrollRegion label={machine.requests.scroll}>
        <table aria-label={machine.requests.table} className="w-full">
          <thead>
            <tr>
              {['NAME', 'AGE', 'SIGNERNAME', 'REQUESTOR', 'REQUESTEDDURATION', 'CONDITION'].map(
                (column) => (
                  <th key={column} scope="col" className={head}>
                    {column}
                  </th>
                ),
              )}
            </tr>
          </thead>
          <tbody className="[&_tr:last-child_td]:border-b-0">
            {requests.map((request) => (
              <tr
                key={request.uid}
                className={classNames('hover:bg-hover', request.superseded && 'text-fg-3')}
              >
                <td className={cell}>
                  <span className="inline-flex max-w-[250px] items-center gap-2">
                    {request.superseded && <Branch />}
                    <Link
                      href={`/requests/${request.uid}`}
                      className="inline-flex min-w-0 underline-offset-3 hover:underline"
                    >
                      <ClusterText text={request.name} />
                    </Link>
                    {request.superseded && <Chip>{machine.requests.supersededTag}</Chip>}
                  </span>
                </td>
                <td className={cell}>{age(request.createdAt, now)}</td>
                <td className={cell}>
                  <SignerText signerName={request.signerName} />
                </td>
                <td className={cell}>
                  <span className="inline-flex max-w-[190px]">
                    <RequestorText requestor={request.requestor} />
                  </span>
                </td>
                <td className={cell}>{requestedDuration(request.expirationSeconds)}</td>
                <td className={cell}>{request.status}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollRegion>
    </section>
  )
}

/** Hangs a superseded request under the one that counts. */
export function Branch() {
  return (
    <span
      aria-hidden
      className="mb-1 ml-[3px] inline-block size-2.5 flex-none rounded-bl-[3px] border-b-[1.5px] border-l-[1.5px] border-line-control opacity-70"
    />
  )
}
