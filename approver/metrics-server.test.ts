import { afterEach, beforeEach, expect, it } from 'vitest'
import { type MetricsServer, serveMetrics } from '#approver/metrics-server.ts'

let server: MetricsServer
let isReady: boolean

beforeEach(async () => {
  isReady = false
  server = await serveMetrics({
    host: '127.0.0.1',
    port: 0,
    live: () => ({ ok: true, why: 'ok' }),
    ready: () => ({ ok: isReady, why: isReady ? 'ok' : 'nodes: forbidden' }),
    metrics: async () => ({ contentType: 'text/plain; version=0.0.4', text: 'up 1\n' }),
  })
})

afterEach(() => server.close())

async function ask(path: string, method = 'GET'): Promise<string> {
  const response = await fetch(`http://127.0.0.1:${server.port}${path}`, { method })
  return `${response.status} ${await response.text()}`
}

it.each([
  ['GET', '/livez', '200 ok\n'],
  ['GET', '/readyz', '503 nodes: forbidden\n'],
  ['GET', '/metrics', '200 up 1\n'],
  ['HEAD', '/metrics', '200 '],
  ['GET', '/', '404 Not here.\n'],
  ['GET', '/metrics?x', '404 Not here.\n'],
  ['POST', '/metrics', '405 GET only\n'],
  ['DELETE', '/livez', '405 GET only\n'],
])('%s %s', async (method, path, answer) => {
  expect(await ask(path, method)).toBe(answer)
})

it('is ready when it can act, and says why it cannot', async () => {
  isReady = true
  expect(await ask('/readyz')).toBe('200 ok\n')
})
