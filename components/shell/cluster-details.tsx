import { ChevronDown } from 'lucide-react'
import { useMessages } from '#components/messages.tsx'
import { ClusterText } from '#components/ui/cluster-text.tsx'
import { Icon } from '#components/ui/icon.tsx'
import { Popover } from '#components/ui/popover.tsx'
import { useCluster } from '#lib/query/live.ts'

/** The cluster and the acting user, so that an approval does not go to the wrong cluster. */
export function ClusterDetails() {
  const { shell } = useMessages()
  const cluster = useCluster()
  if (cluster === null) return <span className="h-8" />
  const host = cluster.server.replace(/^https:\/\//, '')
  return (
    <>
      <span aria-hidden className="mx-1 text-xl font-light text-line max-tablet:hidden">
        /
      </span>
      <Popover
        title={<ClusterText text={cluster.name} face="sans" truncate="none" />}
        trigger={
          <button
            type="button"
            className="reach inline-flex h-8 min-w-0 items-center gap-2 rounded-md px-2 font-medium transition-colors hover:bg-sunken max-tablet:px-1.5"
          >
            <span className="sr-only">{shell.cluster}</span>
            <ClusterText text={cluster.name} face="sans" className="max-w-60 max-tablet:max-w-36" />
            <span className="min-w-0 text-xs font-normal text-fg-3 max-wide:hidden">
              <ClusterText text={`${cluster.user}@${host}`} className="max-w-[380px]" />
            </span>
            <Icon of={ChevronDown} size="small" className="text-fg-3" />
          </button>
        }
      >
        <dl className="mt-2 grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-1.5">
          <dt className="text-fg-3">{shell.clusterServer}</dt>
          <dd>
            <ClusterText text={cluster.server} truncate="none" />
          </dd>
          <dt className="text-fg-3">{shell.clusterUser}</dt>
          <dd>
            <ClusterText text={cluster.user} truncate="none" />
          </dd>
        </dl>
      </Popover>
    </>
  )
}
