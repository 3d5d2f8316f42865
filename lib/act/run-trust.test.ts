import { expect, it } from 'vitest'
import { runTrust } from '#lib/act/run.ts'
import type { RunOptions } from '#lib/wire/run-answers.ts'

const NONE: RunOptions = {
  ...{ verified: true, plausible: false, rebootstrapping: false, superseded: true },
  followMinutes: 15,
}

it.each<[ticked: string, Partial<RunOptions>, 'verified' | 'plausible']>([
  ['verified machines', {}, 'verified'],
  ['plausible machines as well', { plausible: true }, 'plausible'],
  ['machines that say they are a node that exists', { rebootstrapping: true }, 'verified'],
  ['a role of machines that have joined before', { roles: ['worker'] }, 'plausible'],
])(
  'a run of %s follows their serving requests at the level that the person ticked',
  (_, options, trust) => {
    expect(runTrust({ options: { ...NONE, ...options } })).toBe(trust)
  },
)
