import { expect, it } from 'vitest'
import { isLoopback, proxyFor } from '#lib/kube/transport/proxy.ts'

it.each<[string, string, string | null, Record<string, string>, string | null]>([
  ['nothing', 'api.example.com', null, {}, null],
  ['the kubeconfig', 'api.example.com', 'http://k', { HTTPS_PROXY: 'http://e' }, 'http://k'],
  ['HTTPS_PROXY', 'api.example.com', null, { HTTPS_PROXY: 'http://e' }, 'http://e'],
  ['https_proxy', 'api.example.com', null, { https_proxy: 'http://e' }, 'http://e'],
  ['a proxy without scheme', 'api.example.com', null, { HTTPS_PROXY: 'e:3128' }, 'http://e:3128'],
  ['HTTP_PROXY, which is for others', 'api.example.com', null, { HTTP_PROXY: 'http://e' }, null],
  ['loopback', '127.0.0.1', null, { HTTPS_PROXY: 'http://e' }, null],
])('the proxy comes from %s', (_, host, configured, env, expected) => {
  expect(proxyFor(host, configured, env)).toBe(expected)
})

it.each<[string, string, boolean]>([
  ['api.example.com', 'api.example.com', true],
  ['api.example.com', '.example.com', true],
  ['api.example.com', 'example.com', true],
  ['api.example.com', '*.example.com', true],
  ['api.example.com', 'other.com, example.com', true],
  ['api.example.com', '*', true],
  ['api.badexample.com', 'example.com', false],
  ['10.1.2.3', '10.0.0.0/8', true],
  ['11.1.2.3', '10.0.0.0/8', false],
  ['2001:db8::5', '2001:db8::/32', true],
  ['10.1.2.3', '10.0.0.0/99', false],
  ['10.1.2.3', '', false],
])('the host %s under NO_PROXY=%s goes direct: %s', (host, rule, straight) => {
  const env = { HTTPS_PROXY: 'http://e', NO_PROXY: rule }
  expect(proxyFor(host, null, env) === null).toBe(straight)
})

it.each([
  ['127.0.0.1', true],
  ['127.8.8.8', true],
  ['::1', true],
  ['localhost', true],
  ['127.0.0.1.example.com', false],
  ['localhost.example.com', false],
  ['10.0.0.1', false],
])('the host %s is this machine: %s', (host, expected) => {
  expect(isLoopback(host)).toBe(expected)
})
