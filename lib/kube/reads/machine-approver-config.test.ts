import { describe, expect, it } from 'vitest'
import type { ClientFlow } from '#lib/csr/machine-approver/machine-approver-facts.ts'
import { said } from '#lib/kube/fixtures/said.ts'
import { readClientFlow } from '#lib/kube/reads/machine-approver-config.ts'
import { KubeError } from '#lib/kube/transport/errors.ts'

const NAMESPACE = 'namespaces/openshift-cluster-machine-approver'
const status = (code: number) => new KubeError(said('no'), { kind: 'status', status: code })

const leased = (acquireTime: unknown) => ({ spec: { acquireTime } })
const START = leased('2026-11-24T12:00:00.500000Z')

const read = (config: unknown, lease: unknown = START) => {
  const answers = new Map([
    [`/api/v1/${NAMESPACE}/configmaps/machine-approver-config`, config],
    [`/apis/coordination.k8s.io/v1/${NAMESPACE}/leases/cluster-machine-approver-leader`, lease],
  ])
  return readClientFlow(async (path) => {
    const answer = answers.get(path) ?? new Error(path)
    if (answer instanceof Error) throw answer
    return answer
  }, new AbortController().signal)
}

const holding = (text: unknown) => ({ data: { 'config.yaml': text } })
const OFF = 'nodeClientCert:\n  disabled: true\n'

describe('readClientFlow', () => {
  it.each<[string, unknown, ClientFlow]>([
    ['turned off', holding(OFF), 'off'],
    ['left on', holding('nodeClientCert:\n  disabled: false\n'), 'on'],
    ['something else is set', holding('other: 1\n'), 'on'],
    ['an empty text', holding(''), 'on'],
    ['no such key', { data: {} }, 'on'],
    ['no data', {}, 'on'],
    ['no such ConfigMap', status(404), 'on'],
    ['not to be read', status(403), 'unknown'],
    ['not a boolean', holding('nodeClientCert:\n  disabled: "yes"\n'), 'unknown'],
    ['not YAML', holding('nodeClientCert: [\n'), 'unknown'],
    ['a list', holding('- nodeClientCert\n'), 'unknown'],
    ['many aliases', holding('a: &a [1]\nb: [*a, *a]\n'), 'unknown'],
    ['not a text', holding(7), 'unknown'],
    ['of a length that nobody writes', holding(`#${'x'.repeat(70_000)}`), 'unknown'],
    ['another shape', 'nonsense', 'unknown'],
  ])('readClientFlow reads the machine-approver’s setting: %s', async (_case, answer, expected) => {
    expect(await read(answer)).toBe(expected)
  })

  const written = (creationTimestamp: string, ...times: unknown[]) => ({
    ...holding(OFF),
    metadata: { creationTimestamp, managedFields: times.map((time) => ({ time })) },
  })
  const EARLY = '2026-11-24T11:00:00Z'
  it.each<[string, config: unknown, lease: unknown, ClientFlow]>([
    ['written before the start', written(EARLY, '2026-11-24T11:59:59Z'), START, 'off'],
    ['written in its second', written(EARLY, '2026-11-24T12:00:00Z'), START, 'changed'],
    ['written after it', written(EARLY, EARLY, '2026-11-24T12:30:00Z'), START, 'changed'],
    ['made after it', written('2026-11-24T12:30:00Z'), START, 'changed'],
    ['written at a time that is no time', written(EARLY, 7, 'soon'), START, 'off'],
    ['a Lease that may not be read', written(EARLY), status(403), 'unknown'],
    ['no Lease', written(EARLY), status(404), 'unknown'],
    ['no Lease, and no ConfigMap', status(404), status(404), 'on'],
    ['a Lease without its time', written(EARLY), leased(null), 'unknown'],
    ['a Lease of another shape', written(EARLY), 'nonsense', 'unknown'],
  ])(
    'the setting is compared with the start of the program: %s',
    async (_case, config, lease, expected) => {
      expect(await read(config, lease)).toBe(expected)
    },
  )

  it('silence of the API server is not taken for an answer', async () => {
    const silent = new KubeError(said('no route'), { kind: 'network' })
    await expect(read(silent)).rejects.toBe(silent)
    await expect(read(holding(OFF), silent)).rejects.toBe(silent)
  })
})
