import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { expect, it } from 'vitest'
import { openPostgres } from '#lib/journal/postgres-database.ts'

/** AuthenticationOk and ReadyForQuery of PostgreSQL's protocol. */
const SIGNED_IN = Buffer.from('5200000008000000005a0000000549', 'hex')

it.each(['destroy', 'resetAndDestroy'] as const)(
  'the database rejects a statement whose connection breaks, without ending the process: %s',
  async (end) => {
    const server = createServer((socket) => {
      socket.once('data', () => {
        socket.write(SIGNED_IN)
        socket.once('data', () => socket[end]())
      })
    })
    await once(server.listen(0, '127.0.0.1'), 'listening')
    const { port } = server.address() as AddressInfo
    const database = await openPostgres(`postgres://countersign@127.0.0.1:${port}/record`)
    const run = database.run([{ sql: 'SELECT 1', values: [] }])
    await expect(run).rejects.toThrow(/terminated|ECONNRESET/)
    await database.close()
    server.close()
  },
)
