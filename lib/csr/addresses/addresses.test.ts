import { expect, it } from 'vitest'
import {
  canonicalDns,
  dnsKey,
  hostKey,
  internalDnsNames,
  ipKey,
  machineKeys,
  nodeKeys,
} from '#lib/csr/addresses/addresses.ts'
import { makeMachineObject, makeNode } from '#lib/csr/fixtures/make-cluster.ts'

it.each([
  ['Worker-1.Example.COM', 'worker-1.example.com'],
  ['worker-1.', 'worker-1'],
  ['worker-1..', 'worker-1.'],
  // Unicode lower-cases the Kelvin sign to k, a resolver does not.
  ['\u212a', '\u212a'],
])('%s is the DNS name %s', (name, canonical) => {
  expect(canonicalDns(name)).toBe(canonical)
  expect(dnsKey(name)).toBe(`DNS:${canonical}`)
})

it.each([
  ['192.0.2.1', 'IP:192.0.2.1'],
  ['::ffff:192.0.2.1', 'IP:192.0.2.1'],
  ['2001:DB8:0::1', 'IP:2001:db8::1'],
  ['worker-1', null],
])('the address %s has the key %s', (text, key) => {
  expect(ipKey(text)).toBe(key)
})

it.each([
  ['worker-1', 'DNS:worker-1'],
  ['192.0.2.1', 'IP:192.0.2.1'],
  ['2001:db8::1', 'IP:2001:db8::1'],
  ['[2001:db8::1]', 'IP:2001:db8::1'],
  ['[2001:db8::1', 'DNS:[2001:db8::1'],
  ['2001:db8::1]', 'DNS:2001:db8::1]'],
])('the host %s has the key %s', (host, key) => {
  expect(hostKey(host)).toBe(key)
})

it.each([
  ['InternalIP', '2001:DB8::1', ['IP:2001:db8::1']],
  ['InternalIP', 'worker-1', []],
  ['ExternalIP', '192.0.2.1', ['IP:192.0.2.1']],
  ['ExternalIP', 'worker-1', []],
  ['Hostname', 'Worker-1', ['DNS:worker-1']],
  ['Hostname', '192.0.2.1', ['IP:192.0.2.1']],
  ['InternalDNS', 'Worker-1', ['DNS:worker-1']],
  ['InternalDNS', '192.0.2.1', ['DNS:192.0.2.1']],
  ['ExternalDNS', 'Worker-1', ['DNS:worker-1']],
  ['ExternalDNS', '', []],
  ['Other', 'worker-1', []],
])('a machine’s %s %j have the keys %j', (type, address, keys) => {
  const addresses = [{ type, address }]
  expect([...machineKeys(makeMachineObject({ addresses }))]).toEqual(keys)
})

it('the keys of a node are those of its addresses and its name', () => {
  const addresses = [{ type: 'InternalIP', address: '192.0.2.1' }]
  const keys = nodeKeys(makeNode({ name: 'Worker-1', addresses }))
  expect([...keys]).toEqual(['IP:192.0.2.1', 'DNS:worker-1'])
})

it('a machine expects its node under its internal DNS names alone', () => {
  const addresses = [
    { type: 'InternalDNS', address: 'Worker-1.' },
    { type: 'ExternalDNS', address: 'api' },
    { type: 'Hostname', address: 'host' },
  ]
  expect([...internalDnsNames(makeMachineObject({ addresses }))]).toEqual(['worker-1'])
})
