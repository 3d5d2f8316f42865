import { describe, expect, it } from 'vitest'
import { said } from '#lib/kube/fixtures/said.ts'
import { readClusterVersion } from '#lib/kube/reads/cluster-version.ts'
import { KubeError } from '#lib/kube/transport/errors.ts'

const status = (code: number) => new KubeError(said('no'), { kind: 'status', status: code })

const read = (answer: unknown) =>
  readClusterVersion(async (path) => {
    expect(path).toBe('/apis/config.openshift.io/v1/clusterversions/version')
    if (answer instanceof Error) throw answer
    return answer
  }, new AbortController().signal)

const update = (state: string, version: string) => ({ state, version })
const desired = { version: '4.17.3' }

describe('readClusterVersion', () => {
  it.each<[string, unknown, string | null]>([
    ['the one that is wanted', { status: { desired } }, '4.17.3'],
    [
      'while it is being updated, the one that is complete',
      {
        status: { desired, history: [update('Partial', '4.17.3'), update('Completed', '4.15.9')] },
      },
      '4.15.9',
    ],
    [
      'the newest that is complete',
      { status: { history: [update('Completed', '4.17.3'), update('Completed', '4.15.9')] } },
      '4.17.3',
    ],
    ['being installed', { status: { desired, history: [update('Partial', '4.17.3')] } }, '4.17.3'],
    ['no status', {}, null],
    ['no version in it', { status: { desired: {}, history: null } }, null],
    ['no text', { status: { desired: { version: 4 } } }, null],
    ['of a length that no version has', { status: { desired: { version: '4'.repeat(65) } } }, null],
    ['not there', status(404), null],
    ['not to be read', status(403), null],
    ['another shape', 'nonsense', null],
  ])('%s', async (_case, answer, expected) => {
    expect(await read(answer)).toBe(expected)
  })

  it('does not take silence for an answer', async () => {
    const silent = new KubeError(said('no route'), { kind: 'network' })
    await expect(read(silent)).rejects.toBe(silent)
  })
})
