import { expect, it } from 'vitest'
import type { KubeletFinding } from '#lib/csr/kubelets/kubelet-finding.ts'
import { asksTheCluster, kubeletNext, type ServingAsked } from '#lib/csr/kubelets/kubelet-next.ts'

const NAMES = { commonName: '', isNodes: true, missing: [], foreign: [], lacksInternalIp: false }

function finding(
  presents: KubeletFinding['presents'],
  outcome: KubeletFinding['outcome'],
  names: KubeletFinding['names'] = presents === 'cluster' ? NAMES : null,
): KubeletFinding {
  const askedAt = '2026-11-24T12:00:00Z'
  return {
    nodeUid: 'uid-1',
    askedAt,
    issuer: '',
    notAfter: null,
    presents,
    outcome,
    ca: null,
    names,
  }
}
const OF_CLUSTER = finding('cluster', 'presented')
const WRONG_NAMES = finding('cluster', 'presented', { ...NAMES, isNodes: false })
const SELF_SIGNED = finding('selfSigned', 'selfSigned')
const UNKNOWN_CA = finding('unknownCa', 'unknownCa')
const NONE = finding('none', 'noCertificate')
const ENDED = finding('ended', 'expired')
const SILENT = finding('noAnswer', 'unreachable')
const BARRED = finding('noAnswer', 'barredAddress')

it.each<
  [
    what: string,
    finding: KubeletFinding | null,
    asked: ServingAsked,
    next: string | null,
    asks: boolean,
  ]
>([
  ['not asked yet', null, 'nothing', null, false],
  ['not asked yet', null, 'waiting', 'decide', true],
  ['not asked yet', null, 'held', 'decide', true],
  ['not asked yet', null, 'issued', null, true],
  ['of the cluster', OF_CLUSTER, 'nothing', null, true],
  ['of the cluster', OF_CLUSTER, 'issued', null, true],
  ['of the cluster', OF_CLUSTER, 'waiting', 'decide', true],
  ['of the cluster', OF_CLUSTER, 'waitingForSigner', 'waitForSigner', true],
  ['of another node', WRONG_NAMES, 'nothing', 'checkNames', true],
  ['self-signed', SELF_SIGNED, 'nothing', 'turnOnBootstrap', false],
  ['self-signed', SELF_SIGNED, 'waiting', 'decide', true],
  ['self-signed', SELF_SIGNED, 'held', 'decide', true],
  ['self-signed', SELF_SIGNED, 'stopped', 'turnOnBootstrap', true],
  ['of an unknown CA', UNKNOWN_CA, 'nothing', 'removeCertFile', false],
  ['none', NONE, 'nothing', 'restartKubelet', false],
  ['none', NONE, 'waiting', 'decide', true],
  ['none', NONE, 'waitingForSigner', 'waitForSigner', true],
  ['ended', ENDED, 'nothing', 'restartKubelet', true],
  ['silent', SILENT, 'nothing', 'openPort', false],
  ['silent', SILENT, 'waiting', 'decide', true],
  ['never asked', BARRED, 'nothing', 'checkAnswer', false],
])('%s (%o), its request %s: %s, asks the cluster: %s', (_, found, asked, next, asks) => {
  expect(kubeletNext(found, asked)).toBe(next)
  expect(asksTheCluster(found, asked)).toBe(asks)
})
