import { describe, expect, it } from 'vitest'
import { said } from '#lib/kube/fixtures/said.ts'
import { readClientDisabled } from '#lib/kube/reads/machine-approver-config.ts'
import { KubeError } from '#lib/kube/transport/errors.ts'

const status = (code: number) => new KubeError(said('no'), { kind: 'status', status: code })

const read = (answer: unknown) =>
  readClientDisabled(async (path) => {
    expect(path).toBe(
      '/api/v1/namespaces/openshift-cluster-machine-approver/configmaps/machine-approver-config',
    )
    if (answer instanceof Error) throw answer
    return answer
  }, new AbortController().signal)

const holding = (text: unknown) => ({ data: { 'config.yaml': text } })

describe('readClientDisabled', () => {
  it.each<[string, unknown, boolean | null]>([
    ['turned off', holding('nodeClientCert:\n  disabled: true\n'), true],
    ['left on', holding('nodeClientCert:\n  disabled: false\n'), false],
    ['something else is set', holding('other: 1\n'), false],
    ['an empty text', holding(''), false],
    ['no such key', { data: {} }, false],
    ['no data', {}, false],
    ['no such ConfigMap', status(404), false],
    ['not to be read', status(403), null],
    ['not a boolean', holding('nodeClientCert:\n  disabled: "yes"\n'), null],
    ['not YAML', holding('nodeClientCert: [\n'), null],
    ['a list', holding('- nodeClientCert\n'), null],
    ['many aliases', holding('a: &a [1]\nb: [*a, *a]\n'), null],
    ['not a text', holding(7), null],
    ['of a length that nobody writes', holding(`#${'x'.repeat(70_000)}`), null],
    ['another shape', 'nonsense', null],
  ])('%s', async (_case, answer, expected) => {
    expect(await read(answer)).toBe(expected)
  })

  it('does not take silence for an answer', async () => {
    const silent = new KubeError(said('no route'), { kind: 'network' })
    await expect(read(silent)).rejects.toBe(silent)
  })
})
