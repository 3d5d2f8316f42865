import {
  Ban,
  Check,
  ChevronDown,
  Ellipsis,
  Layers,
  MessageSquare,
  TriangleAlert,
} from 'lucide-react'
import { useDecideByKey } from '#components/decide/decide-by-key.ts'
import { useDecideActions } from '#components/decide/decide-context.ts'
import { useOffReason } from '#components/decide/off-reason.tsx'
import {
  duplicatesOf,
  isApprovedAtOnce,
  nextRequest,
  purposeOf,
  shortNameOf,
  type Target,
} from '#components/decide/target.ts'
import { APPROVALS, type Verb, verbsOf } from '#components/decide/verbs.ts'
import { useWhose } from '#components/decide/whose.ts'
import { Button } from '#components/ui/button.tsx'
import { ClusterText } from '#components/ui/cluster-text.tsx'
import { Icon } from '#components/ui/icon.tsx'
import { Kbd } from '#components/ui/kbd.tsx'
import { useKeys } from '#components/ui/keyboard.tsx'
import { Menu, MenuItem, MenuRule } from '#components/ui/menu.tsx'
import { useMessages, Words } from '#components/ui/messages.tsx'
import { useDeciding } from '#lib/query/mutations.ts'

const ICONS = {
  approve: Check,
  clientOnly: Check,
  withNote: MessageSquare,
  withoutDuplicates: Layers,
  approveAlthough: TriangleAlert,
  approveSuperseded: Check,
  deny: Ban,
} as const satisfies Record<Verb, typeof Check>

interface TargetActionsProps {
  readonly target: Target
  /** Whether the machine's hour starts again with the request after a denied one. */
  readonly hourAgain?: boolean
}

/** The one button of a page, the menu beside it, and its keys; on phones docked above the tabs. */
export function TargetActions({ target, hourAgain = false }: TargetActionsProps) {
  const { machine, common } = useMessages()
  const texts = machine.actions
  const actions = useDecideActions()
  const byKey = useDecideByKey()
  const deciding = useDeciding(
    target.kind === 'machine' ? target.machine.requests : [target.request],
  )
  const request = nextRequest(target)
  const off = useOffReason(request?.signerName ?? '')
  const lacks = useWhose([request?.signerName ?? '']) === 'others'
  const verbs = verbsOf(target)
  useKeys({
    a: () => request !== null && byKey.approve(target, APPROVALS.approve),
    d: () => request !== null && byKey.deny(target),
  })
  // MissingRight names a missing right below the head, once.
  if (request === null || verbs === null || lacks) return null

  const { main, more } = verbs
  const act = (verb: Verb) => () =>
    verb === 'deny' ? actions.deny([target]) : actions.approve(target, APPROVALS[verb])
  const how = isApprovedAtOnce(request) ? 'atOnce' : 'asked'
  const what = purposeOf(request.signerName)
  const busy = deciding !== null
  const underWay = busy ? common.actions[deciding === 'approve' ? 'approving' : 'denying'] : null
  const words: Readonly<Record<Verb, string>> = {
    approve: texts.approve(how),
    clientOnly: texts.clientOnly.title,
    withNote: texts.withNote.title,
    withoutDuplicates: texts.withoutDuplicates.title(duplicatesOf(target).length),
    approveAlthough: texts.approveAlthough.title,
    approveSuperseded: texts.approveSuperseded(how),
    deny:
      main === 'approveSuperseded' || more[0] === 'approveSuperseded'
        ? texts.denySuperseded
        : texts.deny(what),
  }
  const below: Readonly<Partial<Record<Verb, string>>> = {
    clientOnly: texts.clientOnly.text,
    withNote: texts.withNote.text,
    withoutDuplicates: texts.withoutDuplicates.text,
    approveAlthough: texts.approveAlthough.text,
    ...(target.kind === 'machine'
      ? { deny: texts.denyText[hourAgain ? 'hourAgain' : 'again'] }
      : {}),
  }
  const isPrimary = main === 'approve'
  const hasKey = main !== 'approveSuperseded'
  return (
    <div className="flex max-tablet:w-full max-tablet:inset-x-0 max-tablet:bottom-[60px] max-tablet:z-29 max-tablet:border-t max-tablet:border-line max-tablet:bg-surface max-tablet:px-3 max-tablet:py-2 max-tablet:not-short:fixed print:hidden">
      <Button
        look={isPrimary ? 'primary' : main === 'deny' ? 'deny' : 'plain'}
        size="large"
        off={off}
        busy={busy}
        onClick={act(main)}
        className={more.length > 0 ? 'grow rounded-r-none' : 'grow'}
      >
        {underWay ?? (
          <span className="max-w-72 truncate">
            <Words
              text={words[main]}
              blanks={{
                name: <ClusterText text={shortNameOf(target)} face="sans" className="max-w-60" />,
              }}
            />
          </span>
        )}
        {hasKey && !busy && (
          <Kbd {...(isPrimary ? { on: 'accent' } : {})}>{main === 'deny' ? 'D' : 'A'}</Kbd>
        )}
      </Button>
      {more.length > 0 && (
        <Menu
          trigger={
            <Button
              look={isPrimary ? 'primary' : 'plain'}
              size="large"
              square
              aria-label={texts.more}
              className={isPrimary ? SPLIT.primary : SPLIT.plain}
            >
              <Icon of={isPrimary ? ChevronDown : Ellipsis} />
            </Button>
          }
        >
          {more.map((verb, at) => (
            <span key={verb} className="contents">
              {verb === 'deny' && at > 0 && <MenuRule />}
              <MenuItem
                icon={ICONS[verb]}
                tone={verb === 'deny' ? 'deny' : 'plain'}
                {...(verb === 'deny' ? { hint: 'D' } : {})}
                below={below[verb]}
                off={off?.text ?? underWay}
                onSelect={act(verb)}
              >
                {words[verb]}
              </MenuItem>
            </span>
          ))}
        </Menu>
      )}
    </div>
  )
}

const SPLIT = {
  primary: 'rounded-l-none border-l-on-accent/40 max-tablet:h-11 max-tablet:w-11',
  plain: '-ml-px rounded-l-none max-tablet:h-11 max-tablet:w-11',
} as const
