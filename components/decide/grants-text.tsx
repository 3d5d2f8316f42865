import { OctagonAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import { ClusterText } from '#components/ui/cluster-text.tsx'
import { Icon } from '#components/ui/icon.tsx'
import { useMessages, Words } from '#components/ui/messages.tsx'
import { ValueChips } from '#components/ui/value-chips.tsx'
import type { RequestDetail } from '#lib/csr/rows/rows.ts'

type Grants = RequestDetail['grants']

/** Names drawn; further ones are counted. */
const SHOWN = 24

/** Rights that an approval would grant, in a sentence or two. */
export function GrantsWords({ grants }: { readonly grants: Grants }) {
  const { grants: texts } = useMessages()
  switch (grants.as) {
    case 'node':
      return (
        <div>
          <MayControl names={grants.mayControl} />
          <p>
            <Words text={texts.node} blanks={{ name: <Strong text={grants.name} /> }} />
          </p>
        </div>
      )
    case 'user':
      return <User grants={grants} />
    case 'untold':
      return (
        <div>
          {grants.control && <Control text={texts.mayControl} />}
          <p>{texts.untold[grants.why]}</p>
        </div>
      )
    case 'server':
    case 'custom':
      return (
        <div>
          <MayControl names={grants.mayControl} />
          <p className="mb-1">{texts[grants.as]}</p>
          <Values
            values={grants.as === 'custom' ? [...grants.subject, ...grants.names] : grants.names}
          />
        </div>
      )
  }
}

function User({ grants }: { readonly grants: Extract<Grants, { as: 'user' }> }) {
  const { grants: texts, joined } = useMessages()
  const { user, groups, control } = grants
  const powerful = [user, ...groups].filter((one) => one.control).map(({ name }) => name)
  const words =
    user.name === '' ? texts.unnamed : groups.length === 0 ? texts.user : texts.userInGroups
  return (
    <div>
      {control && <Control text={texts.control} />}
      <p className="mb-1">
        <Words text={words} blanks={{ user: <Strong text={user.name} /> }} />
      </p>
      {groups.length > 0 && (
        <Values
          values={groups.map(({ name }) => name)}
          odd={groups.filter((group) => group.control).map(({ name }) => name)}
        />
      )}
      {control && (
        <p className="mt-1 text-fg-2">
          <Words text={texts.controlWhy} blanks={{ names: joined.list(powerful) }} />
        </p>
      )}
    </div>
  )
}

/** Control of the cluster by a signer whose CA the API server may trust. */
function MayControl({ names }: { readonly names: readonly string[] }) {
  const { grants: texts, joined } = useMessages()
  if (names.length === 0) return null
  const shown = joined.list(names.slice(0, SHOWN))
  return <Control text={<Words text={texts.controlIfTrusted} blanks={{ names: shown }} />} />
}

function Control({ text }: { readonly text: ReactNode }) {
  return (
    <p className="mb-1 flex items-start gap-2 font-semibold text-bad-fg">
      <Icon of={OctagonAlert} size="small" className="mt-[3px]" />
      <span className="min-w-0">{text}</span>
    </p>
  )
}

function Values(props: { readonly values: readonly string[]; readonly odd?: readonly string[] }) {
  const { none } = useMessages().grants
  return (
    <span className="flex min-w-0 flex-wrap gap-1">
      <ValueChips most={SHOWN} none={none} {...props} />
    </span>
  )
}

function Strong({ text }: { readonly text: string }) {
  return <ClusterText text={text} truncate="none" className="font-semibold" />
}
