import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { type AddressInfo, createServer as createNetServer } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { isLoopbackName, listen, listenAt } from '#lib/web/door/listen.ts'

const open: { close(): unknown }[] = []
afterEach(() => {
  for (const one of open.splice(0)) one.close()
})

async function listening(wanted: number, pagePort = false) {
  const answer = await listen(
    () => createServer((_, response) => response.end('ours')),
    wanted,
    pagePort,
  )
  if ('servers' in answer) open.push(...answer.servers)
  return answer
}

/** Occupies a port, as another program would. */
async function taken(host: string, port = 0): Promise<number> {
  const server = createNetServer()
  open.push(server)
  await once(server.listen(port, host), 'listening')
  return (server.address() as AddressInfo).port
}

const addressesOf = (servers: readonly Server[]) =>
  servers.map((server) => server.address() as AddressInfo)

describe('listen', () => {
  it('listen binds both loopback addresses, and no other', async () => {
    const answer = await listening(0)
    if ('problem' in answer) throw new Error(answer.problem)
    const { scripts: port, pages } = answer.ports
    expect(pages).toBeNull()
    expect(addressesOf(answer.servers)).toMatchObject([
      { address: '127.0.0.1', port },
      { address: '::1', port },
    ])
    expect(await (await fetch(`http://[::1]:${port}/`)).text()).toBe('ours')
  })

  it('listen opens one more port for pages at 127.0.0.1 where they have no name', async () => {
    const answer = await listening(0, true)
    if ('problem' in answer) throw new Error(answer.problem)
    const { scripts, pages } = answer.ports
    expect(pages).not.toBe(scripts)
    expect(addressesOf(answer.servers)).toMatchObject([
      { address: '127.0.0.1', port: scripts },
      { address: '::1', port: scripts },
      { address: '127.0.0.1', port: pages },
    ])
  })

  it.each([
    ['127.0.0.1', '127.0.0.1'],
    ['::1', '[::1]'],
  ])('listen fails and says so where another program has the port at %s', async (host, said) => {
    const port = await taken(host)
    const problem = `Port ${port} is taken at ${said}. Choose another with --port, or 0 for any free one.`
    expect(await listening(port)).toEqual({ problem })
    // A failed start leaves no port open.
    for (const other of ['127.0.0.1', '::1']) if (other !== host) await taken(other, port)
  })
})

it('listenAt names its setting where another program has the port', async () => {
  const host = '127.0.0.1'
  const port = await taken(host)
  expect(await listenAt(() => createServer(), { host, port })).toEqual({
    problem: `COUNTERSIGN_LISTEN: listen EADDRINUSE: address already in use ${host}:${port}. Name an address of this machine and a free port.`,
  })
})

it.each([
  ['localhost', true],
  ['127.0.0.1', true],
  ['name.invalid', false],
])('isLoopbackName(%s): %s', async (name, expected) => {
  expect(await isLoopbackName(name)).toBe(expected)
})
