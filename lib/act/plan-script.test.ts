import { execFileSync } from 'node:child_process'
import { expect, it } from 'vitest'
import { makePlan } from '#lib/act/plan.ts'
import { planScript, type ScriptOptions } from '#lib/act/plan-script.ts'
import { KIM } from '#lib/csr/fixtures/make-cluster.ts'
import { KUBELET_SERVING } from '#lib/csr/names.ts'
import type { JudgedRequest } from '#lib/csr/rows/rows.ts'
import { makeMachine, makeRequest } from '#lib/wire/fixtures/cluster.ts'

const NOW = Date.parse('2026-12-01T08:00:00Z')
const SHA = 'ab'.repeat(32)

/** The script of a plan of one machine with these requests. */
function scriptOf(
  requests: readonly Partial<JudgedRequest>[],
  options: Partial<ScriptOptions> = {},
): string {
  const made = requests.map((fields, n) =>
    makeRequest({ uid: `uid-${n}`, fingerprint: SHA, ...fields }),
  )
  const machine = makeMachine({ name: 'worker-1', requests: made, waiting: true })
  const rows = { machines: new Map([['worker-1', machine]]), others: new Map() }
  const { planned } = makePlan(rows, 'safe', KIM)
  return planScript(planned, { program: 'kubectl', superseded: true, now: NOW, ...options })
}

/** Lines that a shell would run. */
const commands = (script: string) =>
  script.split('\n').filter((line) => line !== '' && !line.startsWith('#') && line !== 'set -e')

it('the script approves the client request before the serving one, each with its uid and digest in a comment', () => {
  const script = scriptOf([
    { name: 'csr-serving', signerName: KUBELET_SERVING },
    { name: 'csr-client' },
  ])
  expect(script.split('\n').slice(-6, -1)).toEqual([
    '# worker-1: verified',
    `# client, uid uid-1, SHA-256 ${SHA}`,
    'kubectl certificate approve csr-client',
    `# serving, uid uid-0, SHA-256 ${SHA}`,
    'kubectl certificate approve csr-serving',
  ])
  expect(script).toContain('# This approves by name.')
  expect(script).toContain('2026-12-01T08:00:00.000Z: 1 machine, 2 requests.')
})

it('the script leaves out older requests where they are not ticked', () => {
  const requests = [{ name: 'csr-new' }, { name: 'csr-old', superseded: true }]
  expect(commands(scriptOf(requests))).toEqual([
    'kubectl certificate approve csr-new',
    'kubectl certificate approve csr-old',
  ])
  expect(commands(scriptOf(requests, { superseded: false }))).toEqual([
    'kubectl certificate approve csr-new',
  ])
})

it('the script names oc where it is asked for', () => {
  expect(commands(scriptOf([{ name: 'csr-1' }], { program: 'oc' }))).toEqual([
    'oc adm certificate approve csr-1',
  ])
})

it.each([
  ['a line end', 'csr-1\nrm -rf x'],
  ['a command', 'csr-1;id'],
  ['a substitution', 'csr-$(id)'],
  ['an option', '--all'],
  ['a turned direction', 'csr-\u202e1'],
])('no command of the script has a name with %s', (_, name) => {
  const script = scriptOf([{ name }, { name: 'csr-2', signerName: KUBELET_SERVING }])
  expect(commands(script)).toEqual(['kubectl certificate approve csr-2'])
  expect(script).toContain('# Left out: the name ')
})

it('a shell can read the script', () => {
  const said = execFileSync('sh', ['-n'], { input: scriptOf([{ name: 'csr-1' }]) })
  expect(String(said)).toBe('')
})
