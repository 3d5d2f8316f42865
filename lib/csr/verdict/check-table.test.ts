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
import { checkResults } from '#lib/csr/verdict/verdict.ts'

/** The kinds that each check applies to and what its answer means, written down a second time. */
const RULE = `
request.faithful          client renewal serving other  refused     lasting
request.extensions        client renewal serving        suspicious  lasting
request.signature         client renewal serving other  refused     lasting
subject.commonName        client renewal serving other  refused     lasting
subject.nodeName          client renewal serving        refused     lasting
subject.organization      client renewal serving        refused     lasting
usages                    client renewal serving        refused     lasting
sans.kinds                client renewal serving        refused     lasting
requestor.bootstrapper    client renewal                suspicious  lasting  reads
requestor.node            serving                       suspicious  lasting
node.new                  client                        suspicious           reads
node.known                serving                       suspicious
sans.foreign              serving                       suspicious
sans.reserved             serving                       suspicious
sans.owned                serving                       suspicious
identity.machine          client serving                suspicious                   confirms
identity.requestor        renewal                       suspicious                   confirms
identity.expected         client serving                suspicious           reads   confirms
identity.liveCertificate  serving                       suspicious                   confirms
policy.addresses          serving                       suspicious  lasting  limits
policy.names              serving                       suspicious  lasting  limits
policy.serving            client renewal                suspicious           limits
policy.expiration         client renewal serving        suspicious  lasting  limits
policy.rules              client renewal serving        suspicious           limits
key.strength              client renewal serving other  suspicious  lasting
key.reuse                 client renewal serving other  suspicious
machine.alarm             client renewal serving        suspicious
machine.denial            client renewal serving        suspicious
name.confusable           client renewal serving other  suspicious
node.localhost            client renewal serving        suspicious  lasting
signer.inScope            client renewal serving other  suspicious  lasting
`

const WORDS = {
  nodeBootstrapper: 'client',
  selfNodeClient: 'renewal',
  kubeletServing: 'serving',
  other: 'other',
} as const

it('each kind of request gets the checks of the table, in its order', () => {
  const rows = CHECKS.map(({ code, appliesTo, severity, lasting, policy, confirms }) => {
    const kinds = appliesTo.map((kind) => WORDS[kind])
    const marks = [lasting && 'lasting', policy, confirms && 'confirms']
    return [code, ...kinds, severity, ...marks].filter(Boolean).join(' ')
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
