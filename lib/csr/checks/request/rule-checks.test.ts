import { describe, expect, it } from 'vitest'
import { ask, claimIn, resultOf } from '#lib/csr/fixtures/ask.ts'
import {
  makeContext,
  makeMachineObject,
  makeNode,
  makeWorld,
} from '#lib/csr/fixtures/make-cluster.ts'
import { makeCsr } from '#lib/csr/fixtures/make-csr.ts'
import { itTells } from '#lib/csr/fixtures/tells.ts'
import {
  DEFAULT_POLICY,
  type Rule,
  type RuleDoubt,
  type RuleInput,
  type RuleOutcome,
} from '#lib/csr/policy/policy.ts'
import { checkResults } from '#lib/csr/verdict/verdict.ts'

const unknownRule = (why: string): RuleDoubt => ({ finding: 'untold', values: { why } })
const doubts = (why: RuleDoubt): Rule => ({
  name: 'doubts',
  message: '',
  cel: '',
  run: () => ({ outcome: 'unknown', why }),
})
const rule = (name: string, run: (input: RuleInput) => RuleOutcome['outcome']): Rule => ({
  name,
  message: `${name} means trouble`,
  cel: '',
  run(input) {
    const outcome = run(input)
    return outcome === 'unknown' ? { outcome, why: unknownRule('no \u202e idea') } : { outcome }
  },
})
const holds = rule('holds', () => 'pass')
const breaks = rule('breaks', () => 'fail')
const puzzles = rule('puzzles', () => 'unknown')
const withRules = (...rules: Rule[]) => ({ policy: { ...DEFAULT_POLICY, rules } })

describe('policy.rules', () => {
  const later = rule('later', () => 'fail')
  const doubt = (why: RuleDoubt) => ({
    policy: { rules: [doubts(why)] },
    expected: ['doubts'],
    observed: ['unknown rule doubts'],
    values: { rule: 'doubts', ...why.values },
  })
  itTells('policy.rules', {
    none: {},
    satisfied: { policy: { rules: [holds] }, expected: ['holds'], observed: ['pass rule holds'] },
    // The first of several broken rules.
    broken: {
      policy: { rules: [holds, puzzles, breaks, later] },
      expected: ['holds', 'puzzles', 'breaks', 'later'],
      observed: ['pass rule holds', 'unknown rule puzzles', 'fail rule breaks', 'fail rule later'],
      values: { rule: 'breaks', message: 'breaks means trouble' },
    },
    // The rule's error may quote the request: raw, like any value.
    untold: {
      policy: { rules: [holds, puzzles] },
      expected: ['holds', 'puzzles'],
      observed: ['pass rule holds', 'unknown rule puzzles'],
      values: { rule: 'puzzles', why: 'no \u202e idea' },
    },
    neither: doubt({ finding: 'neither', values: {} }),
    notAscii: doubt({ finding: 'notAscii', values: {} }),
    tooLong: doubt({ finding: 'tooLong', values: { field: 'name', most: '9' } }),
    tooMany: doubt({ finding: 'tooMany', values: { field: 'groups', most: '9' } }),
    cutField: {
      around: { nodes: [makeNode({ cut: ['status.addresses'] })] },
      policy: { rules: [holds] },
      values: { field: 'status.addresses' },
    },
    nodesUnreadable: { around: { readable: { nodes: false } }, policy: { rules: [holds] } },
    machinesUnreadable: { around: { readable: { machines: false } }, policy: { rules: [holds] } },
    machinesPartly: { around: { readable: { machines: 'partly' } }, policy: { rules: [holds] } },
    noName: { of: { commonNames: [] }, policy: { rules: [holds] } },
  })

  it('policy.rules quotes at most 200 characters of a rule’s error', () => {
    const long = doubts(unknownRule('x'.repeat(201)))
    expect(ask('policy.rules', makeCsr(), {}, withRules(long))?.values.why).toBe('x'.repeat(200))
  })

  it('a rule sees the request and its requestor', () => {
    let seen: unknown
    const looks: Rule = {
      ...holds,
      run({ request }) {
        seen = request
        return { outcome: 'pass' }
      },
    }
    resultOf(
      'policy.rules',
      makeCsr({ name: 'csr-x', expirationSeconds: 60 }),
      {},
      withRules(looks),
    )
    expect(seen).toEqual({
      name: 'csr-x',
      signerName: 'kubernetes.io/kubelet-serving',
      username: 'system:node:worker-1',
      groups: ['system:nodes', 'system:authenticated'],
      usages: ['digital signature', 'server auth'],
      expirationSeconds: 60,
      nodeName: 'worker-1',
      dnsNames: ['worker-1'],
      ipAddresses: ['198.51.100.11'],
      keyAlgorithm: 'ECDSA',
      keyParameter: 'P-256',
    })
  })

  it('a rule sees the current Node and Machine', () => {
    const csr = makeCsr()
    const ready = rule('has both', ({ node, machine }) =>
      node !== null && machine !== null ? 'pass' : 'fail',
    )
    const world = makeWorld({ csrs: [csr], readable: { nodes: true, machines: true } })
    const outcome = () => {
      const results = checkResults(claimIn(world, csr), world, makeContext(withRules(ready)))
      return results.find(({ code }) => code === 'policy.rules')?.outcome
    }
    expect(outcome()).toBe('fail')
    const node = makeNode()
    world.upsertNode(node)
    world.upsertMachineObject(makeMachineObject({ nodeRef: node.name }))
    expect(outcome()).toBe('pass')
  })
})
