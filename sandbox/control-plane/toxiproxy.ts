/** Network faults by toxiproxy, in front of a real server. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { buildFaultProxy } from '#sandbox/control-plane/build-control-plane.ts'
import { lastingPort } from '#sandbox/free-ports.ts'

/** One fault, in toxiproxy's terms. */
export interface Toxic {
  /** `timeout` with 0 swallows everything without closing. */
  readonly type: 'latency' | 'timeout'
  /** Milliseconds: `{ latency, jitter }` or `{ timeout }`. */
  readonly attributes: Readonly<Record<string, number>>
}

export interface FaultProxy {
  /** Address (host:port) that clients connect to. */
  readonly address: string
  /** Applies to open connections at once; resolves with the name for removing it. */
  addToxic(toxic: Toxic): Promise<string>
  removeToxic(name: string): Promise<void>
  /** Cuts every connection and refuses new ones. */
  disable(): Promise<void>
  /** Accepts connections again, on the same port. */
  enable(): Promise<void>
  stop(): Promise<void>
}

// Ends the proxy when standard input closes, that is, however this process ends.
const LIFE_LINE = '"$@" </dev/null >/dev/null 2>&1 & cat >/dev/null; kill $!; wait $!'

/** Starts a proxy in front of `upstream`: `host:port` or an https URL without path. */
export async function startFaultProxy(upstream: string): Promise<FaultProxy> {
  const binary = await buildFaultProxy()
  const port = await lastingPort()
  const command = [binary, '-host', '127.0.0.1', '-port', String(port)]
  const child = spawn('sh', ['-c', LIFE_LINE, 'toxiproxy', ...command], {
    detached: true, // Ctrl-C goes to the caller
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  child.stdin.on('error', () => {})
  const exited = once(child, 'exit')
  const stop = async () => {
    child.stdin.end()
    await exited
  }

  async function call(method: string, path: string, body?: object): Promise<unknown> {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, {
      method,
      ...(body ? { body: JSON.stringify(body) } : {}),
    })
    const text = await response.text()
    if (!response.ok) throw new Error(`toxiproxy: ${method} ${path}: ${response.status} ${text}`)
    return text === '' ? null : JSON.parse(text)
  }

  try {
    await reachable(() => call('GET', '/version').catch(() => call('GET', '/proxies')))
    const proxy = (await call('POST', '/proxies', {
      name: 'it',
      listen: `127.0.0.1:${await lastingPort()}`,
      upstream: upstream.replace(/^https?:\/\//, ''),
      enabled: true,
    })) as { listen: string }
    // The proxy keeps its port while disabled.
    const pin = (enabled: boolean) =>
      call('POST', '/proxies/it', { enabled, listen: proxy.listen }).then(() => {})
    return {
      address: proxy.listen,
      addToxic: async (toxic) =>
        ((await call('POST', '/proxies/it/toxics', toxic)) as { name: string }).name,
      removeToxic: async (name) => {
        await call('DELETE', `/proxies/it/toxics/${name}`)
      },
      disable: () => pin(false),
      enable: () => pin(true),
      stop,
    }
  } catch (error) {
    await stop()
    throw error
  }
}

async function reachable(probe: () => Promise<unknown>): Promise<void> {
  const until = Date.now() + 10_000
  for (;;) {
    try {
      await probe()
      return
    } catch (error) {
      if (Date.now() > until) throw error
      await sleep(20)
    }
  }
}
