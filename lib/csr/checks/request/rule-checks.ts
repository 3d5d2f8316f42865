import { fail, ofMachine, pass, seen, unknown } from '#lib/csr/checks/check-question.ts'
import type { Claim } from '#lib/csr/claim/claim.ts'
import type { X509CertificateRequest } from '#lib/csr/model.ts'
import type { RuleInput } from '#lib/csr/policy/policy.ts'
import type { World } from '#lib/csr/world/world.ts'

/**
 * Evaluates the admin's own rules in the order of the policy. Unreadable Nodes make the answer
 * unknown: a rule must not take an unreadable Node for a missing one.
 */
export const policyRules = ofMachine<'policy.rules'>('noName', (name, question, x509cr) => {
  const { claim, world, policy } = question
  const { rules } = policy
  if (rules.length === 0) return pass('none')
  if (!world.readable.nodes) return unknown('nodesUnreadable')
  const { machines } = world.readable
  if (!machines) return unknown('machinesUnreadable')
  if (machines === 'partly') return unknown('machinesPartly')

  const input = inputOf(name, claim, x509cr, world)
  const [field] = [input.node, input.machine].flatMap((object) => object?.cut ?? [])
  if (field !== undefined) return unknown('cutField', { values: { field } })
  const answers = rules.map((rule) => ({ rule, answer: rule.run(input) }))
  const expected = rules.map((rule) => rule.name)
  const observed = answers.map(({ rule, answer }) => seen('rule', rule.name, answer.outcome))
  const broken = answers.find(({ answer }) => answer.outcome === 'fail')
  if (broken !== undefined) {
    const { rule } = broken
    return fail('broken', {
      expected,
      observed,
      values: { rule: rule.name, message: rule.message },
    })
  }
  for (const { rule, answer } of answers) {
    if (answer.outcome !== 'unknown') continue
    const { finding, values } = answer.why
    const shown = Object.entries(values).map(([name, value]) => [
      name,
      // Longest error text of a rule: the error may quote the rule's input.
      String(value).slice(0, 200),
    ])
    const all = { rule: rule.name, ...Object.fromEntries(shown) }
    return unknown(finding, { expected, observed, values: all })
  }
  return pass('satisfied', { expected, observed })
})

function inputOf(
  nodeName: string,
  { csr }: Claim,
  { dnsNames, ipAddresses, publicKey }: X509CertificateRequest,
  { cluster }: World,
): RuleInput {
  return {
    request: {
      name: csr.name,
      signerName: csr.signerName,
      username: csr.requestor.username,
      groups: csr.requestor.groups,
      usages: csr.usages,
      expirationSeconds: csr.expirationSeconds,
      nodeName,
      dnsNames,
      ipAddresses,
      keyAlgorithm: publicKey.algorithm,
      keyParameter: publicKey.parameter,
    },
    node: cluster.node(nodeName),
    machine: cluster.machineFor(nodeName),
  }
}
