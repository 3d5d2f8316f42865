import { expect, it } from 'vitest'
import { claimIn } from '#lib/csr/fixtures/ask.ts'
import {
  makeContext,
  makeMachineObject,
  makeNode,
  makeWorld,
} from '#lib/csr/fixtures/make-cluster.ts'
import { makeCsr } from '#lib/csr/fixtures/make-csr.ts'
import { CHECKS } from '#lib/csr/verdict/check-table.ts'
import { isConfirming } from '#lib/csr/verdict/confirming.ts'
import { checkResults } from '#lib/csr/verdict/verdict.ts'

/** The kinds that each check applies to and what a fail means, written down a second time. */
const RULE = `
request.faithful          client renewal serving other  refused
request.extensions        client renewal serving        suspicious
request.signature         client renewal serving other  refused
subject.commonName        client renewal serving other  refused
subject.nodeName          client renewal serving        refused
subject.organization      client renewal serving        refused
usages                    client renewal serving        refused
sans.kinds                client renewal serving        refused
requestor.bootstrapper    client renewal                suspicious
requestor.node            serving                       suspicious
node.new                  client                        suspicious
node.known                serving                       suspicious
sans.foreign              serving                       suspicious
sans.reserved             serving                       suspicious
sans.owned                serving                       suspicious
identity.machine          client serving                suspicious  confirms
identity.requestor        renewal                       suspicious  confirms
identity.expected         client serving                suspicious  confirms
identity.liveCertificate  serving                       suspicious  confirms
policy.addresses          serving                       suspicious
policy.names              serving                       suspicious
policy.serving            client renewal                suspicious
policy.expiration         client renewal serving        suspicious
policy.rules              client renewal serving        suspicious
key.strength              client renewal serving other  suspicious
key.reuse                 client renewal serving other  suspicious
machine.alarm             client renewal serving        suspicious
machine.denial            client renewal serving        suspicious
name.confusable           client renewal serving other  suspicious
node.localhost            client renewal serving        suspicious
signer.inScope            client renewal serving other  suspicious
`

const WORDS = {
  nodeBootstrapper: 'client',
  selfNodeClient: 'renewal',
  kubeletServing: 'serving',
  other: 'other',
} as const

it('each kind of request gets the checks of the table, in its order', () => {
  const rows = CHECKS.map(({ code, appliesTo, severity }) => {
    const kinds = appliesTo.map((kind) => WORDS[kind]).join(' ')
    return `${code} ${kinds} ${severity}${isConfirming(code) ? ' confirms' : ''}`
  })
  expect(rows).toEqual(
    RULE.trim()
      .split('\n')
      .map((row) => row.replaceAll(/ +/g, ' ')),
  )
})

it.each([
  ['client', makeCsr({ kind: 'client' })],
  ['renewal', makeCsr({ kind: 'renewal' })],
  ['serving', makeCsr()],
  ['other', makeCsr({ signerName: 'example.com/mesh' })],
] as const)('a %s request is asked the checks of its kind, and no others', (kind, csr) => {
  const world = makeWorld({ csrs: [csr], nodes: [makeNode()], machines: [makeMachineObject()] })
  const asked = checkResults(claimIn(world, csr), world, makeContext()).map(({ code }) => code)
  const rows = RULE.trim()
    .split('\n')
    .filter((row) => row.split(/ +/).includes(kind))
  expect(asked).toEqual(rows.map((row) => row.split(' ')[0]))
})
