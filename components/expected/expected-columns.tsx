import { CircleCheck, CircleHelp, Hourglass } from 'lucide-react'
import { NodeName } from '#components/machines/node-name-text.tsx'
import { MachineLink } from '#components/machines/row-links.tsx'
import { StageTracker } from '#components/machines/stage-tracker.tsx'
import { VerdictBadge } from '#components/machines/verdict-badge.tsx'
import { ReasonLine } from '#components/reason-line.tsx'
import { ClusterText } from '#components/ui/cluster-text.tsx'
import type { Columns, RowHeight } from '#components/ui/data-table.tsx'
import { IconText } from '#components/ui/icon.tsx'
import { useMessages } from '#components/ui/messages.tsx'
import type { ExpectedListRow } from '#lib/wire/views.ts'

export const EXPECTED_HEIGHT: RowHeight = { row: 48, lines: 94 }

const ICONS = { arrived: CircleCheck, missing: Hourglass, unexpected: CircleHelp } as const

/** On phones: name, state; addresses, role; stage, verdict. */
export const EXPECTED_COLUMNS: Columns<ExpectedListRow> = {
  name: {
    width: 'wide:w-[24%]',
    look: 'max-roomy:col-[1/8] max-roomy:row-1',
    cell: ({ name, machine }) =>
      machine === null ? <NodeName name={name} /> : <MachineLink name={name} />,
  },
  state: {
    width: 'w-[138px]',
    look: 'max-roomy:col-[8/13] max-roomy:row-1 max-roomy:justify-self-end',
    cell: (row) => <State {...row} />,
  },
  stage: {
    width: 'w-[226px] wide:w-[250px]',
    look: 'max-roomy:col-[1/9] max-roomy:row-3',
    cell: ({ machine }) =>
      machine === null ? <None /> : <StageTracker {...machine} label="side" />,
  },
  verdict: {
    width: 'w-[184px] wide:w-[21%]',
    look: 'max-roomy:col-[9/13] max-roomy:row-3 max-roomy:justify-self-end',
    cell: ({ machine }) =>
      machine?.verdict == null ? (
        <None />
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
  addresses: {
    width: 'w-[132px] wide:w-auto',
    look: 'max-roomy:col-[1/9] max-roomy:row-2 text-fg-2',
    cell: (row) =>
      row.addresses.length > 0 ? <ClusterText text={row.addresses.join(' ')} /> : <None of={row} />,
  },
  role: {
    width: 'w-[100px] wide:w-[110px]',
    look: 'max-roomy:col-[9/13] max-roomy:row-2 max-roomy:text-right text-fg-2',
    cell: ({ role }) =>
      role === null || role === '' ? <None /> : <ClusterText text={role} face="sans" />,
  },
}

function State({ state, machine }: ExpectedListRow) {
  const { states } = useMessages().expected
  // A machine that was there before the list is not marked as unexpected.
  const isNews = state === 'unexpected' && machine?.waiting === true
  return (
    <IconText of={ICONS[state]} className={isNews ? 'text-warn-fg' : 'text-fg-2'}>
      {states[state]}
    </IconText>
  )
}

/** Stands for a missing value. For addresses it says whether the list could have them. */
function None({ of }: { readonly of?: ExpectedListRow }) {
  const { expected, common } = useMessages()
  const isListed = of !== undefined && of.state !== 'unexpected'
  return <span className="text-fg-3">{isListed ? expected.noAddresses : common.none}</span>
}
