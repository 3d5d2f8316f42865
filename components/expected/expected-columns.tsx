'use client'

import { CircleCheck, CircleHelp, Hourglass } from 'lucide-react'
import { useMemo } from 'react'
import { NodeName } from '#components/machines/node-name-text.tsx'
import { ReasonLine } from '#components/machines/reason-line.tsx'
import { MachineLink } from '#components/machines/row-links.tsx'
import { StageTracker } from '#components/machines/stage-tracker.tsx'
import { VerdictBadge } from '#components/machines/verdict-badge.tsx'
import { useMessages } from '#components/messages.tsx'
import { ClusterText } from '#components/ui/cluster-text.tsx'
import type { Column, RowHeight } from '#components/ui/data-table.tsx'
import { IconText } from '#components/ui/icon.tsx'
import type { ExpectedListRow } from '#lib/query/domain-types.ts'

export const EXPECTED_HEIGHT: RowHeight = { row: 48, lines: 94 }

const ICONS = { arrived: CircleCheck, missing: Hourglass, unexpected: CircleHelp } as const

/** On phones: name, state; addresses, role; stage, verdict. */
export function useExpectedColumns(): readonly Column<ExpectedListRow>[] {
  const { expected, common } = useMessages()
  return useMemo(() => {
    const { columns } = expected
    const none = <span className="text-fg-3">{common.none}</span>
    return [
      {
        key: 'name',
        head: columns.name,
        width: 'wide:w-[24%]',
        look: 'max-roomy:col-[1/8] max-roomy:row-1',
        cell: ({ name, machine }) =>
          machine === null ? <NodeName name={name} /> : <MachineLink name={name} />,
      },
      {
        key: 'state',
        head: columns.state,
        width: 'w-[138px]',
        look: 'max-roomy:col-[8/13] max-roomy:row-1 max-roomy:justify-self-end',
        cell: ({ state, machine }) => (
          <IconText
            of={ICONS[state]}
            // A machine that was there before the list is no surprise.
            className={
              state === 'unexpected' && machine?.waiting === true ? 'text-warn-fg' : 'text-fg-2'
            }
          >
            {expected.states[state]}
          </IconText>
        ),
      },
      {
        key: 'stage',
        head: columns.stage,
        width: 'w-[226px] wide:w-[250px]',
        look: 'max-roomy:col-[1/9] max-roomy:row-3',
        cell: ({ machine }) =>
          machine === null ? none : <StageTracker {...machine} label="side" />,
      },
      {
        key: 'verdict',
        head: columns.verdict,
        width: 'w-[190px] wide:w-[21%]',
        look: 'max-roomy:col-[9/13] max-roomy:row-3 max-roomy:justify-self-end',
        cell: ({ machine }) =>
          machine?.verdict == null ? (
            none
          ) : (
            <div className="grid justify-items-start">
              <VerdictBadge verdict={machine.verdict} hanging />
              <ReasonLine
                reason={machine.reason}
                verdict={machine.verdict}
                className="text-xs text-fg-2 max-roomy:hidden"
              />
            </div>
          ),
      },
      {
        key: 'addresses',
        head: columns.addresses,
        width: 'w-[132px] wide:w-auto',
        look: 'max-roomy:col-[1/9] max-roomy:row-2 text-fg-2',
        cell: ({ addresses, state }) =>
          addresses.length > 0 ? (
            <ClusterText text={addresses.join(' ')} />
          ) : state === 'unexpected' ? (
            none
          ) : (
            <span className="text-fg-3">{expected.noAddresses}</span>
          ),
      },
      {
        key: 'role',
        head: columns.role,
        width: 'w-[80px] wide:w-[110px]',
        look: 'max-roomy:col-[9/13] max-roomy:row-2 max-roomy:text-right text-fg-2',
        cell: ({ role }) =>
          role === null || role === '' ? none : <ClusterText text={role} face="sans" />,
      },
    ]
  }, [expected, common])
}
