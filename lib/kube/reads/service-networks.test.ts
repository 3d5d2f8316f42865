import { describe, expect, it } from 'vitest'
import { said } from '#lib/kube/fixtures/said.ts'
import {
  configuredNetworks,
  keepServiceNetworks,
  readServiceNetworks,
} from '#lib/kube/reads/service-networks.ts'
import { KubeError } from '#lib/kube/transport/errors.ts'

const CIDRS = '/apis/networking.k8s.io/v1/servicecidrs'
const OPENSHIFT = '/apis/config.openshift.io/v1/networks/cluster'
const KUBERNETES = '/api/v1/namespaces/default/services/kubernetes'

const status = (code: number) => new KubeError(said('no'), { kind: 'status', status: code })
const cidrList = (...cidrs: string[]) => ({ items: [{ spec: { cidrs } }] })
const kubernetes = { spec: { clusterIPs: ['10.96.0.1', 'fd00::1'] } }
const own = ['10.96.0.1/32', 'fd00::1/128']

const read = (
  answers: Record<string, unknown>,
  configured: readonly string[] = ['172.30.0.0/16'],
) =>
  readServiceNetworks(
    async (path) => {
      const answer = path in answers ? answers[path] : status(404)
      if (answer instanceof Error) throw answer
      return answer
    },
    configured,
    new AbortController().signal,
  )

describe('readServiceNetworks', () => {
  it.each<[string, Record<string, unknown>, readonly string[]]>([
    [
      'Kubernetes says',
      { [CIDRS]: cidrList('10.96.0.0/12', 'fd00::/108') },
      ['10.96.0.0/12', 'fd00::/108'],
    ],
    [
      'OpenShift says',
      { [OPENSHIFT]: { status: { serviceNetwork: ['172.30.0.0/16'] } } },
      ['172.30.0.0/16'],
    ],
    ['nobody says: the settings', {}, ['172.30.0.0/16']],
    [
      'not to be read: the settings',
      { [CIDRS]: status(403), [OPENSHIFT]: status(403) },
      ['172.30.0.0/16'],
    ],
    ['an answer of another shape', { [CIDRS]: { items: [{}] } }, ['172.30.0.0/16']],
    ['an empty list', { [CIDRS]: { items: [] } }, ['172.30.0.0/16']],
    ['the API server’s Service', { [KUBERNETES]: kubernetes }, ['172.30.0.0/16', ...own]],
    [
      'both',
      { [KUBERNETES]: kubernetes, [CIDRS]: cidrList('10.96.0.0/12') },
      ['10.96.0.0/12', ...own],
    ],
  ])('readServiceNetworks knows the networks of Services: %s', async (_case, answers, expected) => {
    expect(await read(answers)).toEqual({ prefixes: expected, areKnown: true })
  })

  it.each<[string, Record<string, unknown>, readonly string[]]>([
    ['there are none', {}, []],
    ['they may not be read', { [CIDRS]: status(403), [OPENSHIFT]: status(403) }, []],
    ['an empty list', { [CIDRS]: { items: [] } }, []],
    ['the API server’s own Service is only one', { [KUBERNETES]: kubernetes }, own],
  ])('the networks are not known: %s', async (_case, answers, prefixes) => {
    expect(await read(answers, [])).toEqual({ prefixes, areKnown: false })
  })

  it('the settings’ networks count before the first answer', () => {
    expect(configuredNetworks(['10.96.0.0/12'])).toEqual({
      prefixes: ['10.96.0.0/12'],
      areKnown: true,
    })
    expect(configuredNetworks([])).toEqual({ prefixes: [], areKnown: false })
  })

  it('silence of the API server is not taken for an answer', async () => {
    const silent = new KubeError(said('no route'), { kind: 'network' })
    await expect(read({ [KUBERNETES]: silent })).rejects.toBe(silent)
  })
})

describe('keepServiceNetworks', () => {
  it('a known answer is kept when a later one is denied, and replaced by a new one', async () => {
    let answer: unknown = cidrList('10.96.0.0/12')
    const ask = keepServiceNetworks(async (path) => {
      if (path !== CIDRS || answer instanceof Error) throw status(403)
      return answer
    }, [])
    const { signal } = new AbortController()
    expect(await ask(signal)).toEqual({ prefixes: ['10.96.0.0/12'], areKnown: true })
    answer = status(403)
    for (let times = 0; times < 3; times += 1) {
      expect(await ask(signal)).toEqual({ prefixes: ['10.96.0.0/12'], areKnown: true })
    }
    answer = cidrList('10.100.0.0/16')
    expect(await ask(signal)).toEqual({ prefixes: ['10.100.0.0/16'], areKnown: true })
  })
})
