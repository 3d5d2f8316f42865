import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { parse } from 'yaml'
import { z } from 'zod'

const FILE = fileURLToPath(new URL('../docs/audit-policy.yaml', import.meta.url))

/** The fields of audit.k8s.io/v1 that our rules use. */
const policy = z.strictObject({
  apiVersion: z.literal('audit.k8s.io/v1'),
  kind: z.literal('Policy'),
  omitStages: z.array(z.enum(['RequestReceived', 'ResponseStarted', 'ResponseComplete', 'Panic'])),
  rules: z.array(
    z.strictObject({
      level: z.enum(['None', 'Metadata', 'Request', 'RequestResponse']),
      verbs: z.array(z.enum(['create', 'update', 'patch', 'delete', 'deletecollection'])),
      resources: z.array(z.strictObject({ group: z.string(), resources: z.array(z.string()) })),
    }),
  ),
})

it('the audit policy has each decision with its whole answer, by the first rule that matches', () => {
  const { rules } = policy.parse(parse(readFileSync(FILE, 'utf8')))
  const first = rules.find(
    ({ verbs, resources }) =>
      verbs.includes('update') &&
      resources.some(({ resources: names }) =>
        names.includes('certificatesigningrequests/approval'),
      ),
  )
  expect(first?.level).toBe('RequestResponse')
  expect(first?.resources[0]?.group).toBe('certificates.k8s.io')
})
