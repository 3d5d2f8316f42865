import { expect, it } from 'vitest'
import { isSignerName } from '#lib/csr/name-syntax.ts'
import { KUBE_APISERVER_CLIENT, KUBELET_SERVING } from '#lib/csr/names.ts'

const label = 'a'.repeat(63)

it.each<[string, string, boolean]>([
  ['a signer of Kubernetes’ own', KUBELET_SERVING, true],
  ['another', KUBE_APISERVER_CLIENT, true],
  ['a path with a dot', 'issuers.example.com/team-a.web', true],
  ['the longest label', `${label}.example/x`, true],
  ['the longest name', `${label}.example/${'x'.repeat(499)}`, true],
  ['nothing', '', false],
  ['no path', 'example.com', false],
  ['an empty path', 'example.com/', false],
  ['a domain of one label', 'example/x', false],
  ['no domain', '/x', false],
  ['two paths', 'example.com/x/y', false],
  ['every signer of a domain', 'example.com/*', false],
  ['capitals in the domain', 'Example.com/x', false],
  ['capitals in the path', 'example.com/X', false],
  ['a blank', 'foo bar', false],
  ['an empty label', 'example..com/x', false],
  ['an empty part of the path', 'example.com/x.', false],
  ['a dash at the end', 'example.com/x-', false],
  ['too long a label', `${label}a.example/x`, false],
  ['too long a name', `${label}.example/${'x'.repeat(500)}`, false],
])('isSignerName answers by Kubernetes’ rule: %s', (_case, text, expected) => {
  expect(isSignerName(text)).toBe(expected)
})
