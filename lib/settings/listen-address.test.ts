import { expect, it } from 'vitest'
import { readListenAddress } from '#lib/settings/listen-address.ts'

it.each([
  [undefined, null],
  ['', null],
  ['127.0.0.1:9090', { host: '127.0.0.1', port: 9090 }],
  ['localhost:0', { host: 'localhost', port: 0 }],
  ['0.0.0.0:65535', { host: '0.0.0.0', port: 65_535 }],
  ['[::]:9090', { host: '::', port: 9090 }],
])('%s', (text, address) => {
  expect(readListenAddress(text, 'COUNTERSIGN_METRICS')).toEqual(address)
})

it.each(['9090', ':9090', 'example.com:9090', '127.0.0.1', '127.0.0.1:65536', '::1:9090', 'a b:1'])(
  'refuses "%s"',
  (text) => {
    expect(readListenAddress(text, 'COUNTERSIGN_METRICS')).toEqual({
      problem: `COUNTERSIGN_METRICS: "${text}" is no <address>:<port>, as 127.0.0.1:9090.`,
    })
  },
)
