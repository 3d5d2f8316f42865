import { isLeft, type KubeletFinding } from '#lib/csr/kubelets/kubelet-finding.ts'

/** The state of a node's serving requests, as far as they are listed. */
export type ServingAsked =
  /** The newest one waits for a decision; `held`: suspicious or refused. */
  | 'waiting'
  | 'held'
  /** The newest one is approved, and not issued yet. */
  | 'waitingForSigner'
  | 'issued'
  /** The newest one was denied, or failed by its signer. */
  | 'stopped'
  | 'nothing'

/** The next action for one node's kubelet. */
export type KubeletNext =
  /** Decide the serving request that waits. */
  | 'decide'
  | 'waitForSigner'
  | 'turnOnBootstrap'
  | 'removeCertFile'
  | 'restartKubelet'
  | 'checkNames'
  | 'openPort'
  /** The kubelet cannot be asked by the rules, or did not answer as one: the reason says more. */
  | 'checkAnswer'

/** The next action: the first row that fits. */
const NEXT: readonly (readonly [
  KubeletNext,
  (finding: KubeletFinding, asked: ServingAsked) => boolean,
])[] = [
  ['decide', (_, asked) => asked === 'waiting' || asked === 'held'],
  ['waitForSigner', (_, asked) => asked === 'waitingForSigner'],
  ['turnOnBootstrap', ({ presents }) => presents === 'selfSigned'],
  ['removeCertFile', ({ presents }) => presents === 'unknownCa'],
  ['restartKubelet', ({ presents }) => presents === 'none' || presents === 'ended'],
  ['openPort', ({ outcome }) => outcome === 'unreachable'],
  ['checkAnswer', ({ presents }) => presents === 'noAnswer'],
  ['checkNames', (finding) => isLeft(finding)],
]

/** The next action for a kubelet; null while the kubelet was not asked and no request waits. */
export function kubeletNext(
  finding: KubeletFinding | null,
  asked: ServingAsked,
): KubeletNext | null {
  if (finding === null) return asked === 'waiting' || asked === 'held' ? 'decide' : null
  return NEXT.find(([, fits]) => fits(finding, asked))?.[0] ?? null
}

/** Whether the kubelet asks the cluster: it has the cluster's certificate, or has filed a request. */
export function asksTheCluster(finding: KubeletFinding | null, asked: ServingAsked): boolean {
  return asked !== 'nothing' || finding?.presents === 'cluster' || finding?.presents === 'ended'
}
