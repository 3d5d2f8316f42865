import { describe, expect, it } from 'vitest'
import { ask, told } from '#lib/csr/fixtures/ask.ts'
import {
  makeContext,
  makeMachineObject,
  makeNode,
  makeWorld,
} from '#lib/csr/fixtures/make-cluster.ts'
import { type CsrOptions, makeCsr } from '#lib/csr/fixtures/make-csr.ts'
import { DEFAULT_POLICY, type Rule, type RuleInput, type RuleOutcome } from '#lib/csr/policy.ts'
import { checkResults } from '#lib/csr/verdict.ts'

const rule = (name: string, run: (input: RuleInput) => RuleOutcome['outcome']): Rule => ({
  name,
  message: `${name} means trouble`,
  run(input) {
    const outcome = run(input)
    return outcome === 'unknown' ? { outcome, why: 'no \u202e idea' } : { outcome }
  },
})
const holds = rule('holds', () => 'pass')
const breaks = rule('breaks', () => 'fail')
const puzzles = rule('puzzles', () => 'unknown')
const withRules = (...rules: Rule[]) => ({ policy: { ...DEFAULT_POLICY, rules } })

describe('policy.rules', () => {
  it.each<[string, CsrOptions, readonly Rule[], string]>([
    ['no rules', {}, [], 'pass none'],
    ['one that holds', {}, [holds], 'pass satisfied'],
    ['one that does not', {}, [holds, breaks], 'fail broken'],
    ['one that cannot be told', {}, [holds, puzzles], 'unknown untold'],
    ['a broken one weighs more', {}, [puzzles, breaks], 'fail broken'],
    ['a client request', { kind: 'client' }, [breaks], 'fail broken'],
    ['another signer', { signerName: 'example.com/x' }, [breaks], '-'],
    [
      'two common names',
      { commonNames: ['system:node:a', 'system:node:b'] },
      [holds],
      'unknown noName',
    ],
  ])('%s', (_, options, rules, expected) => {
    expect(told('policy.rules', makeCsr(options), {}, withRules(...rules))).toBe(expected)
  })

  it('names the first broken rule, and lists them all', () => {
    const later = rule('later', () => 'fail')
    const rules = withRules(holds, puzzles, breaks, later)
    expect(ask('policy.rules', makeCsr(), {}, rules)).toMatchObject({
      values: { rule: 'breaks', message: 'breaks means trouble' },
      expected: ['holds', 'puzzles', 'breaks', 'later'],
      observed: [
        { kind: 'rule', value: 'holds', outcome: 'pass' },
        { kind: 'rule', value: 'puzzles', outcome: 'unknown' },
        { kind: 'rule', value: 'breaks', outcome: 'fail' },
        { kind: 'rule', value: 'later', outcome: 'fail' },
      ],
    })
  })

  it('why it could not be told may quote the request: drawn as text', () => {
    expect(ask('policy.rules', makeCsr(), {}, withRules(puzzles))?.values).toEqual({
      rule: 'puzzles',
      why: 'no \\u202e idea',
    })
  })

  it('what cannot be read is not "not there"', () => {
    const csr = makeCsr()
    const absent = rule('absent', ({ node }) => (node === null ? 'pass' : 'fail'))
    const look = (readable: object) =>
      told('policy.rules', csr, { readable } as object, withRules(absent))
    expect(look({ nodes: false })).toBe('unknown nodesUnreadable')
    expect(look({ machines: false })).toBe('unknown machinesUnreadable')
    expect(look({ machines: 'absent' })).toBe('pass satisfied')
  })

  it('sees the Node and the Machine as they are now', () => {
    const csr = makeCsr()
    const ready = rule('has both', ({ node, machine }) =>
      node !== null && machine !== null ? 'pass' : 'fail',
    )
    const world = makeWorld({ csrs: [csr], readable: { nodes: true, machines: true } })
    const outcome = () => {
      const claim = world.claim(csr.uid)
      if (claim === null) return null
      const results = checkResults(claim, world, makeContext(withRules(ready)))
      return results.find(({ code }) => code === 'policy.rules')?.outcome
    }
    expect(outcome()).toBe('fail')
    const node = makeNode()
    world.upsertNode(node)
    world.upsertMachineObject(makeMachineObject({ nodeRef: node.name }))
    expect(outcome()).toBe('pass')
  })
})
