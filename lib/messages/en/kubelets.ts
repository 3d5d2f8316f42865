import type { KubeletNext } from '#lib/csr/kubelets/kubelet-next.ts'

/** The next action of a node, and an explanation. */
const next: Readonly<Record<KubeletNext, readonly [what: string, more: string]>> = {
  decide: ['Its request waits', 'open the machine to decide'],
  waitForSigner: ['The signer issues it', 'nothing to do'],
  turnOnBootstrap: ['Set serverTLSBootstrap there', 'step 1, then restart the kubelet'],
  removeCertFile: ['Remove its tlsCertFile', 'the kubelet then asks the cluster'],
  restartKubelet: ['Restart its kubelet', 'it files a request again'],
  checkNames: ['Compare its addresses', 'metrics-server would refuse these names'],
  openPort: ['Open its port to this program', 'a firewall may stand between'],
  checkAnswer: ['Look at the Node', 'its kubelet cannot be judged from here'],
}

const nodes = (count: number) => (count === 1 ? '1 node' : `${count} nodes`)
const requests = (count: number) =>
  count === 1 ? '1 serving request' : `${count} serving requests`
const are = (count: number) => (count === 1 ? 'is' : 'are')

/** Certificates that kubelets present: the second view of the page of nodes. */
export const kubelets = {
  title: 'Kubelet certificates',
  lede: 'Each kubelet presents a certificate on its port. Here is how to stop trusting it blindly.',
  views: { label: 'Views of nodes', nodes: 'Nodes', kubelets: 'Kubelet certificates' },

  strip: {
    label: 'Summary',
    until: 'Until `--kubelet-insecure-tls` can go from metrics-server',
    left: (left: number, all: number) => `${left} of ${nodes(all)} left`,
    presents: 'They present',
    kinds: {
      cluster: (count: number) => `${count} from this cluster`,
      ended: (count: number) => `${count} ended`,
      none: (count: number) => `${count} no certificate`,
      selfSigned: (count: number) => `${count} self-signed`,
      unknownCa: (count: number) => `${count} unknown CA`,
      noAnswer: (count: number) => `${count} no answer`,
      unasked: (count: number) => `${count} not asked yet`,
    },
    endsSoon: 'Ends within 30 days',
    ends: (count: number, first: string) => `${nodes(count)}, the first in ${first}`,
    endedNow: 'now',
    noneEnds: 'None',
    approve: (count: number) => `Approve ${requests(count)}…`,
    nextStep: 'The next step. The plan shows each before you approve.',
  },

  way: {
    title: 'The way out',
    aside: 'Step by step, safe to stop anywhere',
    states: {
      done: 'Done',
      part: 'Begun',
      now: 'Now',
      todo: 'Later',
      locked: 'Locked',
    },
    show: 'Show the commands',
    hide: 'Hide the commands',
    named: (label: string, step: string) => `${label}: ${step}`,
    ask: {
      title: 'Kubelets ask the cluster',
      text: '`serverTLSBootstrap: true` in the KubeletConfiguration.',
      openshift:
        'OpenShift sets `serverTLSBootstrap` on every node. A kubelet that presents another certificate was changed by hand.',
      allAsk: (count: number) => (count === 1 ? 'The node does.' : `All ${count} nodes do.`),
      some: (asking: number, all: number) => `${asking} of ${all} do.`,
      silent: (more: number) =>
        more > 0 ? `{names} and ${more} more filed nothing.` : '{names} filed nothing.',
      unasked: (count: number) => `${nodes(count)} ${are(count)} not asked yet.`,
    },
    approve: {
      title: 'Approve their serving requests',
      waiting: (count: number) => `${requests(count)} can be approved.`,
      held: (count: number) =>
        count === 1 ? '1 is held back by a check.' : `${count} are held back by a check.`,
      none: 'No request waits.',
      meaning:
        'A kubelet that asks presents no certificate until then: `exec`, `logs` and metrics of its node fail.',
      button: (count: number) => `Approve ${count}…`,
    },
    renew: {
      title: 'Let a program approve renewals',
      noProgram: 'Without one, each of these certificates waits for you again before it ends.',
      approver: 'The approver acts here, by the policy.',
      machineApprover: 'OpenShift’s machine-approver runs here.',
      policy: 'Policy',
    },
    dropFlag: {
      title: 'Take the flag away',
      text: 'Remove `--kubelet-insecure-tls` from metrics-server. This page goes on watching.',
      openshift:
        'OpenShift’s own metrics verify kubelets already. This is for a metrics-server of your own.',
      left: (count: number) => `${nodes(count)} left`,
      reason: (count: number) =>
        `metrics-server would lose ${nodes(count)}: ${count === 1 ? 'it does' : 'they do'} not present a valid certificate of this cluster for the node’s address.`,
    },
    commands: {
      newNodes: 'kubeadm, for new nodes: add `serverTLSBootstrap: true` under `kubelet`',
      thisNode: 'On each node, where the file has no such line yet',
      restart: 'Then, one node at a time; approve its request before the next',
      requests: 'The requests that wait',
      editFlag: 'Delete the line `--kubelet-insecure-tls`',
      top: 'Afterwards each node has figures',
    },
  },

  filter: 'Filter nodes',
  clearFilter: 'Clear the filter',
  certificate: 'Certificate',
  filters: {
    left: 'Left',
    endsSoon: 'Ends in 30 d',
    namesDiffer: 'Names differ',
    all: 'All',
  },
  often: 'Each node is asked once in 5 min',
  askNow: 'Ask now',
  asking: 'Kubelets that were not asked in the last minute are asked now.',
  table: 'Kubelet certificates',
  columns: {
    name: 'Node',
    presents: 'Presents',
    names: 'Names',
    ends: 'Ends',
    asked: 'Last asked',
    next: 'Next',
  },
  presents: {
    cluster: 'From this cluster',
    ended: 'Ended',
    none: 'No certificate',
    selfSigned: 'Self-signed',
    unknownCa: 'Unknown CA',
    noAnswer: 'No answer',
    unasked: 'Not asked yet',
  },
  asked: {
    waiting: { mine: 'its request waits for you', others: 'its request waits for approval' },
    held: 'its request is held back',
    waitingForSigner: 'approved, waiting for signer',
    issued: 'its request was issued',
    stopped: 'its request was denied or failed',
    nothing: 'filed no request',
  },
  verified: 'verified by the cluster’s CA',
  issuer: '{issuer}, not the cluster’s',
  /** Reason that the kubelet's certificate is not known, by outcome. */
  noAnswer: {
    noAddress: 'the Node has no InternalIP',
    otherPort: 'the Node names a port that is never asked',
    barredAddress: 'the Node’s addresses are never asked',
    unreachable: 'its port was not reached from here',
    notTls: 'its port answered without TLS',
    unreadable: 'its certificate cannot be read strictly',
    noCa: 'no CA is known to verify it',
  },
  names: {
    expected: 'As expected',
    expectedParts: 'CN and SANs',
    noCommonName: 'Common name missing',
    commonName: 'CN',
    sansDiffer: 'SANs differ',
    commonNameFine: 'CN as expected',
    sansFine: 'SANs as expected',
    missing: 'without {names}',
    foreign: 'also {names}',
  },
  ends: (span: string) => `in ${span}`,
  ended: (span: string) => `${span} ago`,
  next,
  off: {
    title: 'Kubelets are not asked.',
    text: '`COUNTERSIGN_LIVE_CERTIFICATES` is `off`, so this page cannot tell what they present. Asking takes a TLS handshake on each node’s port 10250, without a credential and without any right in the cluster.',
  },
  noCa: {
    title: 'Certificates cannot be verified: a right is missing.',
    text: '`get` on the ConfigMap {name} in {namespace} is missing, which holds the CA of kubelets’ certificates. In team mode the dashboard’s own account needs the right, and the chart gives it.',
    role: 'Make a role for it',
    bind: 'Give the role to {user}',
  },
  shown: (shown: number, all: number) => `${shown} of ${all} nodes shown, what is left first.`,
  none: 'The cluster has no nodes yet',
  noneText: 'A machine becomes a Node once its client certificate is issued.',
  noMatch: 'No node matches the filter',
}
