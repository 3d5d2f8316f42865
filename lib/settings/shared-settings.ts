/** Settings that both programs have. */

import { isPrefix } from '#lib/csr/addresses/ip.ts'
import { DEFAULT_KUBELET_RULES, type KubeletRules } from '#lib/csr/kubelets/evidence.ts'
import { SECOND_PERSON_KINDS } from '#lib/csr/policy/policy.ts'
import { readPlace } from '#lib/kube/documents/document-place.ts'
import type { Table, ValuesOf } from '#lib/settings/setting.ts'
import { listOf, MOST_PORT, numberFrom, oneOf, value } from '#lib/settings/setting-readers.ts'

const prefixOr = (why: string) => listOf(value((text) => (isPrefix(text) ? text : null), why))

export const SHARED = {
  kubeconfig: {
    flag: '--kubeconfig <file>',
    help: 'kubeconfig to use',
    unset: "`KUBECONFIG`, else the Pod's service account, else `~/.kube/config`",
  },
  context: {
    flag: '--context <name>',
    help: 'context in it',
    unset: 'its current context',
  },
  policy: {
    flag: '--policy <place>',
    env: 'COUNTERSIGN_POLICY',
    chart: '`policy`',
    help: 'ApprovalPolicy: a file, or `configmap:<namespace>/<name>`',
    read: (text: string) => readPlace(text, 'policy'),
  },
  expected: {
    flag: '--expected <place>',
    env: 'COUNTERSIGN_EXPECTED',
    chart: '`expected`',
    help: 'expected machines: a CSV or YAML file, or `configmap:<namespace>/<name>`',
    unset: 'none',
    read: (text: string) => readPlace(text, 'list of expected machines'),
  },
  serviceNetworks: {
    env: 'COUNTERSIGN_SERVICE_NETWORKS',
    chart: '`approver.serviceNetworks`',
    help: 'prefixes of Services, comma-separated, where the cluster does not say: no machine may ask for an address in them',
    usual: '',
    read: prefixOr('is no prefix as 10.96.0.0/12 or fd00::/108.'),
  },
  secondPerson: {
    env: 'COUNTERSIGN_SECOND_PERSON',
    chart: '`approver.secondPerson`',
    help: 'what takes two people whatever the policy says, comma-separated: `suspicious`, `controlPlane`',
    usual: '',
    read: listOf(oneOf(SECOND_PERSON_KINDS)),
  },
} satisfies Table

/** Whether and where kubelets are asked. */
export const KUBELETS = {
  live: {
    env: 'COUNTERSIGN_LIVE_CERTIFICATES',
    chart: '`approver.kubelets.ask`',
    help: "`off`: kubelets are not asked for the certificate they have. Else, while a serving request waits (in the dashboard also while its node is on screen), the node's InternalIP is: a TLS handshake only. `http://<proxy>`: through that HTTP proxy",
    usual: 'on',
    // The sentence does not repeat the text, which may contain a password.
    read: value(
      liveOf,
      () =>
        'is "on", "off" or the address of an HTTP proxy, http://<host>:<port>, with <user>:<password>@ before the host where it wants them, percent-encoded.',
    ),
  },
  ports: {
    env: 'COUNTERSIGN_KUBELET_PORTS',
    chart: '`approver.kubelets.ports`',
    help: 'ports at which kubelets are asked, comma-separated',
    usual: DEFAULT_KUBELET_RULES.ports.join(),
    read: listOf(
      value(
        (text) => (text.startsWith('0') ? null : numberFrom(1, MOST_PORT)(text)),
        `is no port from 1 to ${MOST_PORT}.`,
      ),
    ),
  },
  networks: {
    env: 'COUNTERSIGN_KUBELET_NETWORKS',
    chart: '`approver.kubelets.networks`',
    help: 'prefixes of nodes in 100.64.0.0/10 or 198.18.0.0/15, comma-separated: kubelets in these two ranges are not asked unless named',
    usual: '',
    read: prefixOr('is no prefix as 100.64.0.0/10.'),
  },
} satisfies Table

/** Whether and where kubelets are asked, and the HTTP proxy in front of them, if any. */
export type LiveSetting =
  | { readonly on: false }
  | ({ readonly on: true; readonly proxy: URL | null } & Omit<KubeletRules, 'serviceNetworks'>)

/** The three settings as one. A list of no port counts as not given. */
export function liveSetting({ live, ports, networks }: ValuesOf<typeof KUBELETS>): LiveSetting {
  if (!live.on) return live
  return { ...live, ports: ports.length === 0 ? DEFAULT_KUBELET_RULES.ports : ports, networks }
}

function liveOf(text: string): { on: false } | { on: true; proxy: URL | null } | null {
  if (text === 'on' || text === 'off')
    return text === 'on' ? { on: true, proxy: null } : { on: false }
  const proxy = URL.parse(text)
  return proxy !== null && isProxy(proxy) ? { on: true, proxy } : null
}

function isProxy({ protocol, pathname, search, hash, username, password }: URL): boolean {
  if (protocol !== 'http:' || pathname !== '/' || search !== '' || hash !== '') return false
  try {
    decodeURIComponent(`${username}:${password}`)
    return true
  } catch {
    return false
  }
}
