import type { ReactNode } from 'react'
import { Fact, Facts } from '#components/machine/facts.tsx'
import { ClusterText } from '#components/ui/cluster-text.tsx'
import { useMessages } from '#components/ui/messages.tsx'
import { TitledPanel } from '#components/ui/panel.tsx'
import { checkTitle } from '#lib/messages/grammar/check-words.ts'
import type { PolicySummary } from '#lib/query/document-queries.ts'

/** Each setting as a sentence. */
export function PolicyWords({ policy }: { readonly policy: PolicySummary }) {
  const { words } = useMessages().policy
  return (
    <>
      <TitledPanel title={words.asks}>
        <Asks policy={policy} />
      </TitledPanel>
      <TitledPanel title={words.automatic}>
        <Automatic policy={policy} />
      </TitledPanel>
    </>
  )
}

function Asks({ policy }: { readonly policy: PolicySummary }) {
  const { words } = useMessages().policy
  return (
    <Facts>
      <Fact name={words.addresses.name}>
        <Some words={words.addresses} values={policy.allowedAddresses} />
      </Fact>
      <Fact name={words.names.name}>
        <Some words={words.names} values={policy.allowedNames} />
      </Fact>
      {policy.allowedAddresses.length + policy.allowedNames.length > 0 && (
        <Fact name={words.limitClients.name}>
          {policy.limitClients ? words.limitClients.yes : words.limitClients.no}
        </Fact>
      )}
      <Fact name={words.lifetime.name}>{words.lifetime.text(policy.maxExpirationSeconds)}</Fact>
      <Fact name={words.requestors.name}>
        <Some
          words={{ any: words.requestors.none, some: words.requestors.some }}
          values={policy.extraBootstrapRequestors}
        />
      </Fact>
      <Fact name={words.rebootstrap.name}>
        {policy.allowRebootstrap ? words.rebootstrap.allowed : words.rebootstrap.forbidden}
      </Fact>
      <Fact name={words.expected.name}>
        {policy.expectedComplete ? words.expected.complete : words.expected.open}
      </Fact>
      <Fact name={words.machines.name}>
        <Some
          words={{ any: words.machines.builtIn, some: words.machines.some }}
          values={policy.machineNamespaces}
        />
      </Fact>
      <Fact name={words.signers.name}>
        <Some
          words={{ any: words.signers.none, some: words.signers.some }}
          values={policy.allowedSigners}
        />
      </Fact>
      <Fact name={words.secondPerson.name}>
        <SecondPerson policy={policy} />
      </Fact>
      <Fact name={words.rules.name}>
        {policy.rules.length === 0 ? (
          words.rules.none
        ) : (
          <ul className="grid gap-1">
            {policy.rules.map(({ name, message }) => (
              <li key={name}>
                <ClusterText text={name} truncate="none" className="font-medium" />
                {': '}
                <ClusterText text={message} face="sans" truncate="none" className="text-fg-2" />
              </li>
            ))}
          </ul>
        )}
      </Fact>
    </Facts>
  )
}

function Automatic({ policy }: { readonly policy: PolicySummary }) {
  const { policy: texts, checks } = useMessages()
  const { words, modes } = texts
  const { mode, accept, clients, required, limits } = policy.automatic
  const titles = required.map((code) => checkTitle(checks.table, code))
  return (
    <Facts>
      <Fact name={words.mode.name}>{modes[mode]}</Fact>
      <Fact name={words.accept.name}>{words.accept[accept]}</Fact>
      <Fact name={words.clients.name}>{clients ? words.clients.yes : words.clients.no}</Fact>
      <Fact name={words.required.name}>
        <Some
          words={{ any: words.required.none, some: words.required.some }}
          values={titles}
          face="sans"
        />
      </Fact>
      <Fact name={words.limits.name}>
        {words.limits.text(limits.perNode, limits.perRequestor, limits.total)}
      </Fact>
    </Facts>
  )
}

function SecondPerson({ policy }: { readonly policy: PolicySummary }): ReactNode {
  const { secondPerson: words } = useMessages().policy.words
  const { for: kinds, withinSeconds } = policy.secondPerson
  if (kinds.length === 0) return words.none
  const what = kinds.includes('suspicious')
    ? [words.suspicious, ...(kinds.includes('controlPlane') ? [words.controlPlane] : [])]
    : [words.controlPlaneOnly]
  return words.some(what.join(words.and), withinSeconds)
}

interface SomeProps {
  readonly words: { readonly any: string; readonly some: string }
  readonly values: readonly string[]
  readonly face?: 'mono' | 'sans'
}

/** "Any", or a sentence with the values. */
function Some({ words, values, face = 'mono' }: SomeProps) {
  if (values.length === 0) return words.any
  return (
    <>
      <span>{words.some}</span>
      {values.map((value) => (
        <span
          key={value}
          className="inline-flex max-w-full min-w-0 rounded-sm border border-line bg-sunken px-1.5"
        >
          <ClusterText text={value} face={face} truncate="none" />
        </span>
      ))}
    </>
  )
}
