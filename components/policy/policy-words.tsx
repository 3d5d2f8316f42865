import type { ReactNode } from 'react'
import { Fact, Facts } from '#components/machine/facts.tsx'
import { ClusterText } from '#components/ui/cluster-text.tsx'
import { useMessages } from '#components/ui/messages.tsx'
import { TitledPanel } from '#components/ui/panel.tsx'
import { checkTitle } from '#lib/messages/grammar/check-words.ts'
import type { PolicySummary } from '#lib/wire/policy-answers.ts'

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
      <Values words={words.addresses} values={policy.allowedAddresses} />
      <Values words={words.names} values={policy.allowedNames} />
      {policy.allowedAddresses.length + policy.allowedNames.length > 0 && (
        <Fact name={words.limitClients.name}>
          {policy.limitClients ? words.limitClients.yes : words.limitClients.no}
        </Fact>
      )}
      <Fact name={words.lifetime.name}>{words.lifetime.text(policy.maxExpirationSeconds)}</Fact>
      <Values words={words.requestors} values={policy.extraBootstrapRequestors} />
      <Fact name={words.rebootstrap.name}>
        {policy.allowRebootstrap ? words.rebootstrap.allowed : words.rebootstrap.forbidden}
      </Fact>
      <Fact name={words.expected.name}>
        {policy.expectedComplete ? words.expected.complete : words.expected.open}
      </Fact>
      <Values words={words.machines} values={policy.machineNamespaces} />
      <Values words={words.signers} values={policy.allowedSigners} />
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
      <Values words={words.required} values={titles} face="sans" />
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

interface ValuesProps {
  readonly words: { readonly name: string; readonly any: string; readonly some: string }
  readonly values: readonly string[]
  readonly face?: 'mono' | 'sans'
}

/** A setting with values: a sentence with them, or one for none. */
function Values({ words, values, face = 'mono' }: ValuesProps) {
  return (
    <Fact name={words.name}>
      {values.length === 0 ? words.any : <span>{words.some}</span>}
      {values.map((value) => (
        <span
          key={value}
          className="inline-flex max-w-full min-w-0 rounded-sm border border-line bg-sunken px-1.5"
        >
          <ClusterText text={value} face={face} truncate="none" />
        </span>
      ))}
    </Fact>
  )
}
