import { Lock, LogOut, RefreshCw, TriangleAlert } from 'lucide-react'
import { useEffect } from 'react'
import { CommandItem } from '#components/machine/commands-panel.tsx'
import { Fact, Facts, TextFact } from '#components/machine/facts.tsx'
import { Said } from '#components/said.tsx'
import { Button } from '#components/ui/button.tsx'
import { ClusterText } from '#components/ui/cluster-text.tsx'
import { focusHeading, isNowhere } from '#components/ui/fallen-focus.ts'
import { Icon } from '#components/ui/icon.tsx'
import { useMessages, Words } from '#components/ui/messages.tsx'
import { Note } from '#components/ui/note.tsx'
import { TitledPanel } from '#components/ui/panel.tsx'
import { ColumnHeads, Table, TableBody, TableCell, TableRow } from '#components/ui/table.tsx'
import { ValueChips } from '#components/ui/value-chips.tsx'
import type { Cause } from '#lib/csr/cause.ts'
import { NO_ACCESS_MS } from '#lib/query/server-session.ts'
import type { NoAccess } from '#lib/query/session.ts'
import { useLiveClient } from '#lib/query/tab-client.ts'
import type { MissingRight } from '#lib/wire/session-answers.ts'

/** Groups drawn; further ones are counted. */
const GROUPS = 12

const cellLook = 'px-4 py-2 wrap-anywhere max-tablet:py-0.5'

/**
 * Shown to a person without the right to see, or whose rights the API server has not given: nothing
 * of the cluster.
 */
export function NoAccessPage({ session }: { readonly session: NoAccess }) {
  const { noAccess, signIn, shell, times } = useMessages()
  const { retryNow, signOut } = useLiveClient()
  const { person, access, saidAt } = session
  const { title, text } = access.mayView === 'unknown' ? noAccess.unknown : noAccess
  useEffect(() => {
    if (isNowhere()) focusHeading()
  }, [])
  return (
    <div className="mx-auto max-w-[672px] py-8 max-tablet:py-3">
      <span className="grid size-9 place-items-center rounded-lg border border-line bg-surface text-fg-2">
        <Icon of={Lock} />
      </span>
      <h1 className="mt-5 text-[22px]/[30px] font-semibold tracking-tight">{title}</h1>
      <p className="mt-1 max-w-[60ch] text-pretty text-fg-2">
        <Words
          text={text}
          blanks={{
            name: (
              <strong className="font-medium text-fg">
                <ClusterText text={person.name} truncate="none" face="sans" />
              </strong>
            ),
          }}
        />
      </p>
      {access.mayView === 'unknown' ? (
        <UnknownRights causes={access.causes} />
      ) : (
        <MissingRights missing={access.missing} command={access.command} saidAt={saidAt} />
      )}
      <TitledPanel title={noAccess.who.title} className="mt-4">
        <Facts wide>
          <TextFact name={noAccess.who.user} text={person.name} />
          {person.uid !== '' && <TextFact name={noAccess.who.uid} text={person.uid} />}
          <Fact name={noAccess.who.groups}>
            <ValueChips values={person.groups} most={GROUPS} none={signIn.who.noGroups} />
          </Fact>
          <Fact name={noAccess.who.until}>{times.moment(Date.parse(person.endsAt), saidAt)}</Fact>
        </Facts>
      </TitledPanel>
      <div className="mt-5 flex flex-wrap items-center gap-2">
        <Button icon={RefreshCw} look="primary" size="large" onClick={retryNow}>
          {noAccess.again}
        </Button>
        <Button icon={LogOut} size="large" onClick={signOut}>
          {shell.signOut}
        </Button>
        <span className="ml-1 text-fg-3">{noAccess.byItself(NO_ACCESS_MS / 1_000)}</span>
      </div>
    </div>
  )
}

interface MissingRightsProps {
  readonly missing: readonly MissingRight[]
  readonly command: string
  readonly saidAt: number
}

function MissingRights({ missing, command, saidAt }: MissingRightsProps) {
  const { noAccess, times } = useMessages()
  return (
    <>
      <TitledPanel
        title={noAccess.missing.title}
        aside={noAccess.missing.at(times.exactMoment(saidAt, saidAt))}
        className="mt-6"
      >
        <Table className="w-full text-left max-tablet:block" aria-label={noAccess.missing.title}>
          <ColumnHeads
            className="mono text-2xs text-fg-3 max-tablet:sr-only"
            row="border-b border-line"
            heads={(['resource', 'group', 'verbs'] as const).map((column) => [
              noAccess.missing[column],
              'px-4 py-2 font-normal',
            ])}
          />
          <TableBody className="mono max-tablet:block">
            {rulesOf(missing).map(({ resource, group, verbs }) => (
              <TableRow
                key={`${group}/${resource}`}
                className="border-b border-line-soft last:border-0 max-tablet:grid max-tablet:py-2"
              >
                <TableCell className={cellLook}>{resource}</TableCell>
                <TableCell className={cellLook}>{group === '' ? '""' : group}</TableCell>
                <TableCell className={cellLook}>{verbs.join(' ')}</TableCell>
              </TableRow>
            ))}
          </TableBody>
        </Table>
      </TitledPanel>
      <TitledPanel title={noAccess.how.title} aside={noAccess.how.aside} className="mt-4">
        <ul>
          <CommandItem label={noAccess.how.label} line={command} />
        </ul>
      </TitledPanel>
    </>
  )
}

/** Why the API server's answer is missing, and where an admin should look. */
function UnknownRights({ causes }: { readonly causes: readonly Cause[] }) {
  const { unknown } = useMessages().noAccess
  return (
    <>
      {causes.length > 0 && (
        <Note icon={TriangleAlert} tone="warn" title={unknown.why} className="mt-6">
          <Said of={{ detail: null, causes }} />
        </Note>
      )}
      <TitledPanel title={unknown.how} className="mt-4">
        <ul>
          <CommandItem label={unknown.label} line="kubectl get --raw='/readyz?verbose'" />
        </ul>
      </TitledPanel>
    </>
  )
}

interface MissingRule extends Pick<MissingRight, 'group' | 'resource'> {
  readonly verbs: readonly string[]
}

/** The missing rights as a role would have them: the verbs of one resource in one rule. */
function rulesOf(missing: readonly MissingRight[]): readonly MissingRule[] {
  const rules = new Map<string, MissingRule>()
  for (const { group, resource, verb } of missing) {
    const key = `${group}/${resource}`
    const verbs = [...(rules.get(key)?.verbs ?? []), verb]
    rules.set(key, { group, resource, verbs })
  }
  return [...rules.values()]
}
