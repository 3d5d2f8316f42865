import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { expect, it } from 'vitest'
import { readSettings } from '#lib/settings/settings.ts'
import { serveOtherPorts } from '#lib/web/door/other-ports.ts'

it.each([
  ['COUNTERSIGN_METRICS', {}],
  [
    'COUNTERSIGN_PROBES',
    { COUNTERSIGN_PUBLIC_URL: 'https://a.example.com', COUNTERSIGN_SIGN_IN: 'token' },
  ],
])('the error names the setting whose port is taken: %s', async (setting, env) => {
  const other = createServer().listen(0, '127.0.0.1')
  await once(other, 'listening')
  const at = `127.0.0.1:${(other.address() as AddressInfo).port}`
  const reading = readSettings([], { ...env, [setting]: at })
  if (!('settings' in reading)) throw new Error(JSON.stringify(reading))
  const metrics = { contentType: 'text/plain', text: async () => '' }
  const feed = { readiness: () => ({ ready: true }) as const }
  expect(await serveOtherPorts(reading.settings, metrics, feed)).toEqual({
    problem: `${setting}: listen EADDRINUSE: address already in use ${at}. Name an address of this machine and a free port.`,
  })
  other.close()
})
