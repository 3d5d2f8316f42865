/** Calls to the cluster's etcd, in its JSON gateway. */
import { request } from 'node:http'
import { join } from 'node:path'
import type { Cluster } from '#sandbox/control-plane/control-plane.ts'

/** Key in which API servers share the revision that one of them has compacted. */
const COMPACTED = Buffer.from('compact_rev_key').toString('base64')

/**
 * Compacts etcd to the current revision and records it for API servers. Cached lists notice within
 * 15 s, watches at the next restart.
 */
export async function forgetHistory({ dir }: Pick<Cluster, 'dir'>): Promise<void> {
  const socketPath = join(dir, 'clients:0')
  const { header } = await call(socketPath, 'range', { key: COMPACTED })
  // A write of its own, so that every revision read before is older.
  const revision = `${Number(header.revision) + 1}`
  await call(socketPath, 'put', { key: COMPACTED, value: Buffer.from(revision).toString('base64') })
  await call(socketPath, 'compaction', { revision })
}

function call(
  socketPath: string,
  what: string,
  body: object,
): Promise<{
  readonly header: { readonly revision: string }
}> {
  return new Promise((resolve, reject) => {
    const options = { socketPath, path: `/v3/kv/${what}`, method: 'POST' }
    const outgoing = request(options, (incoming) => {
      let text = ''
      incoming.setEncoding('utf8')
      incoming.on('data', (chunk: string) => {
        text += chunk
      })
      incoming.on('end', () => {
        if (incoming.statusCode === 200) resolve(JSON.parse(text))
        else reject(new Error(`etcd: ${what}: ${incoming.statusCode} ${text}`))
      })
    })
    outgoing.once('error', reject)
    outgoing.end(JSON.stringify(body))
  })
}
