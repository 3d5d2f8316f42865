import { BlockList } from 'node:net'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { crowd } from '#sandbox/crowd.ts'
import { RACK2 } from '#sandbox/scenarios/rack2.ts'
import { RACK2_POLICY } from '#sandbox/scenarios/rack2-policy.ts'

const { allowedAddresses, allowedNames } = (
  parse(RACK2_POLICY) as { spec: { allowedAddresses: string[]; allowedNames: string[] } }
).spec

const allowed = new BlockList()
for (const prefix of allowedAddresses) {
  const [network = '', length = ''] = prefix.split('/')
  allowed.addSubnet(network, Number(length))
}

describe('the machines of a demo’s crowd', () => {
  const machines = crowd(20_000)

  it('the crowd’s machines have addresses that the story’s policy allows', () => {
    expect(machines.filter(({ ip }) => !allowed.check(ip)).map(({ ip }) => ip)).toEqual([])
  })

  it('the crowd’s machines have names that the policy allows', () => {
    const patterns = allowedNames.map(
      (name) => new RegExp(`^${name.replaceAll('.', '\\.').replace('*', '.*').replace('?', '.')}$`),
    )
    const odd = machines.filter(({ name }) => !patterns.some((pattern) => pattern.test(name)))
    expect(odd).toEqual([])
  })

  it('the crowd’s machines share no name or address with another machine', () => {
    const all = [
      ...machines,
      ...new Map([...RACK2.standing, ...RACK2.machines].map((one) => [one.name, one])).values(),
    ]
    expect(new Set(all.map(({ ip }) => ip)).size).toBe(all.length)
    expect(new Set(all.map(({ name }) => name)).size).toBe(all.length)
  })
})
