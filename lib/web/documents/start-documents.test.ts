import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { afterEach, expect, it } from 'vitest'
import { bearerIdentity } from '#lib/kube/fixtures/bearer-identity.ts'
import { eachFolder } from '#lib/kube/fixtures/each-test.ts'
import { type StartedDocuments, startDocuments } from '#lib/web/documents/start-documents.ts'

const folder = eachFolder()
let started: StartedDocuments
let problems: string[]

/** Starts, and reads the policy once. */
async function begin(): Promise<void> {
  problems = []
  const nowhere = { origin: 'http://127.0.0.1:9', prefix: '', ca: null, servername: null }
  started = startDocuments(
    {
      policy: { kind: 'file', path: folder.file('policy.yaml') },
      expected: null,
      extraSigners: ['example.com/settings'],
      secondPerson: ['controlPlane'],
      service: null,
    },
    bearerIdentity('nobody', { ...nowhere, insecure: false, proxy: null }, 'none'),
    (words) => problems.push(words),
  )
  await refreshed()
}

afterEach(() => started.documents.stop())

const refreshed = () => started.documents.policy?.refresh()
const current = () => started.documents.inForce().policy

function write(spec: string): void {
  const head = 'apiVersion: countersign.dev/v1alpha1\nkind: ApprovalPolicy\n'
  writeFileSync(folder.file('policy.yaml'), `${head}metadata: { name: racks }\nspec: ${spec}`)
}

it('the settings of the process apply in addition to the built-in policy and to a document', async () => {
  await begin()
  expect(current()).toMatchObject({
    name: 'built-in',
    allowedSigners: ['example.com/settings'],
    secondPerson: { for: ['controlPlane'] },
  })
  const spec = '{ signers: [example.com/policy], secondPerson: { for: [suspicious] } }'
  write(spec)
  await refreshed()
  expect(current()).toMatchObject({
    name: 'racks',
    allowedSigners: ['example.com/policy', 'example.com/settings'],
    secondPerson: { for: ['suspicious', 'controlPlane'] },
  })
})

it('a draft is parsed with the settings of the process', async () => {
  await begin()
  const text = 'apiVersion: countersign.dev/v1alpha1\nkind: ApprovalPolicy\nmetadata: { name: a }'
  expect(started.parsePolicy(`${text}\nspec: {}`)).toMatchObject({
    value: { name: 'a', allowedSigners: ['example.com/settings'] },
  })
  expect(started.parsePolicy('nonsense')).toHaveProperty('problems')
})

it('the log says once why the document is not in force, and which policy is', async () => {
  write('{ automatic: { mode: act, speed: 3 } }')
  await begin()
  await refreshed()
  expect(problems).toEqual([
    'The policy is refused. Line 4, column 33: spec.automatic.speed: There is no field speed ' +
      'here. In force is the policy built-in (built-in).',
  ])
  write('{}')
  await refreshed()
  expect(problems).toHaveLength(1)
  rmSync(folder.file('policy.yaml'))
  await refreshed()
  expect(problems[1]).toMatch(/^There is no file .*\. In force is the policy racks \(\w{12}\)\.$/)
})

it('the log says that nothing is live while the policy could not be read', async () => {
  mkdirSync(folder.file('policy.yaml'))
  await begin()
  expect(problems).toEqual([expect.stringMatching(/ is not a file\. Nothing is live\.$/)])
})
