import Link from 'next/link'
import { NodeName } from '#components/machines/node-name-text.tsx'
import { machinePath, requestPath } from '#components/shell/routes.ts'
import { classNames } from '#components/ui/class-names.ts'
import { ClusterText } from '#components/ui/cluster-text.tsx'
import { linkLook } from '#components/ui/link-look.ts'
import { useMessages } from '#components/ui/messages.tsx'

/** A machine's name in a row, as a link to its page; null for a row without a machine. */
export function MachineLink({ name }: { readonly name: string | null }) {
  const { noMachine } = useMessages().common
  if (name === null) return <span className="text-fg-3">{noMachine}</span>
  return (
    <Link href={machinePath(name)} prefetch={false} className={linkLook}>
      <NodeName name={name} />
    </Link>
  )
}

interface RequestLinkProps {
  readonly uid: string
  readonly name: string
  readonly className?: string | undefined
}

/** A request's name in a row, as a link, which Enter opens. */
export function RequestLink({ uid, name, className }: RequestLinkProps) {
  const look = classNames(linkLook, className)
  return (
    <Link href={requestPath(uid)} prefetch={false} className={look} data-opens>
      <ClusterText text={name} />
    </Link>
  )
}
