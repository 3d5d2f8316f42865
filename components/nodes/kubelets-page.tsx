import { KeyRound, PlugZap, RefreshCw } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { useDecideByKey } from '#components/decide/decide-by-key.ts'
import { targetOf } from '#components/decide/target.ts'
import { ListPage } from '#components/list-page.tsx'
import { CommandItem } from '#components/machine/commands-panel.tsx'
import {
  KUBELET_COLUMNS,
  KUBELET_HEIGHT,
  kubeletLines,
} from '#components/nodes/kubelet-columns.tsx'
import { KubeletStrip } from '#components/nodes/kubelet-strip.tsx'
import { ViewLinks } from '#components/nodes/view-links.tsx'
import { isOpenShift } from '#components/nodes/way-commands.ts'
import { WayOutPanel } from '#components/nodes/way-out-panel.tsx'
import { useListFilter } from '#components/shell/list-filter.ts'
import { machinePath } from '#components/shell/routes.ts'
import { Button } from '#components/ui/button.tsx'
import { ListFilters } from '#components/ui/list-filters.tsx'
import { useListKeys } from '#components/ui/list-keys.ts'
import { useSay } from '#components/ui/live-region.tsx'
import { plainWords, useMessages, Words } from '#components/ui/messages.tsx'
import { Note } from '#components/ui/note.tsx'
import { mayLackCa } from '#lib/csr/kubelets/kubelet-finding.ts'
import { commandLine } from '#lib/csr/shell-words.ts'
import { useCluster, useSession } from '#lib/query/live.ts'
import { usePagesOfRows } from '#lib/query/pages-of-rows.ts'
import { useKubeletsInView } from '#lib/query/report-in-view.ts'
import { KUBELET_FILTERS, type KubeletsCounts } from '#lib/wire/views.ts'

/** The certificate of every kubelet, and the steps until metrics-server can verify it. */
export function KubeletsPage() {
  const { kubelets: texts } = useMessages()
  const router = useRouter()
  const byKey = useDecideByKey()
  const askAgain = useKubeletsInView()
  const say = useSay()
  const { filter, fields, onClear } = useListFilter('certificate', KUBELET_FILTERS, 'all')
  const rows = usePagesOfRows('kubelets', filter)
  const list = useListKeys(rows, {
    onOpen: ({ name }) => router.push(machinePath(name)),
    onApprove: (row) => byKey.approve(targetOf(row)),
    onDeny: (row) => byKey.deny(targetOf(row)),
  })
  const { counts } = rows
  const asks = useCluster()?.asksKubelets === true
  return (
    <ListPage
      texts={texts}
      rows={rows}
      source="nodes"
      columns={KUBELET_COLUMNS}
      list={list}
      height={KUBELET_HEIGHT}
      linesLook={kubeletLines}
      onClear={onClear}
      heading={
        <div className="mb-4 flex items-center gap-x-4 gap-y-3 max-tablet:flex-col max-tablet:items-stretch">
          <div className="min-w-0 flex-1">
            <h1 className="text-xl font-semibold tracking-tight">{texts.title}</h1>
            <p className="text-pretty text-fg-2">{texts.lede}</p>
          </div>
          <ViewLinks current="kubelets" left={counts?.left} />
        </div>
      }
      above={
        counts !== null &&
        counts.nodes > 0 && (
          <>
            {!asks && (
              <Note icon={PlugZap} tone="warn" title={texts.off.title} className="mb-4">
                <Words text={texts.off.text} />
              </Note>
            )}
            <MissingCa counts={counts} />
            <KubeletStrip counts={counts} />
            <WayOutPanel counts={counts} />
          </>
        )
      }
      filters={
        <ListFilters
          words={texts}
          {...fields}
          input={list.filter}
          label={texts.certificate}
          names={texts.filters}
          counts={counts}
        >
          <span className="flex-1 max-tablet:hidden" />
          {asks && (
            <>
              <span className="text-xs text-fg-3 max-wide:hidden">{texts.often}</span>
              <Button
                icon={RefreshCw}
                look="quiet"
                onClick={() => {
                  askAgain()
                  say(texts.asking)
                }}
              >
                {texts.askNow}
              </Button>
            </>
          )}
        </ListFilters>
      }
    />
  )
}

/** ConfigMaps with the CA of kubelets' certificates (lib/kube/kubelet/kubelet-ca.ts). */
const CA_OF = {
  openshift: { namespace: 'openshift-config-managed', name: 'csr-controller-ca' },
  kubernetes: { namespace: 'kube-system', name: 'kube-root-ca.crt' },
} as const
const ROLE = 'countersign-kubelet-ca'

/**
 * The missing right to verify kubelets' certificates, and how an admin grants it. Shown where some
 * certificates could not be verified.
 */
function MissingCa({ counts }: { readonly counts: KubeletsCounts }) {
  const texts = useMessages().kubelets.noCa
  const cluster = useCluster()
  const session = useSession()
  const isLaptop = session.status === 'signedIn' && 'token' in session
  if (cluster === null) return null
  const { namespace, name } = CA_OF[isOpenShift(cluster) ? 'openshift' : 'kubernetes']
  if (!mayLackCa(counts, `${namespace}/${name}`)) return null
  const kubectl = ['kubectl', '--namespace', namespace, 'create']
  const rights = ['--verb=get', '--resource=configmaps', `--resource-name=${name}`]
  return (
    <Note icon={KeyRound} tone="warn" title={texts.title} className="mb-4">
      <Words text={texts.text} blanks={{ name, namespace }} />
      <ul className="mt-2 rounded-md border border-line bg-surface">
        <CommandItem
          label={texts.role}
          line={commandLine([...kubectl, 'role', ROLE, ...rights], [])}
        />
        {isLaptop && (
          <CommandItem
            label={plainWords(texts.bind, { user: cluster.user })}
            line={commandLine(
              [...kubectl, 'rolebinding', ROLE, `--role=${ROLE}`, '--user'],
              [cluster.user],
            )}
          />
        )}
      </ul>
    </Note>
  )
}
