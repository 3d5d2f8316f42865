/** The cluster's etcd as such, by the JSON that it speaks beside gRPC. */
import { request } from 'node:http'
import { join } from 'node:path'
import type { Cluster } from '#sandbox/control-plane/control-plane.ts'

/** Where API servers tell each other up to which revision one of them has compacted. */
const COMPACTED = Buffer.from('compact_rev_key').toString('base64')

/**
 * etcd forgets all revisions but the present one, and the API server is told as another one would.
 * Of what it keeps in memory, lists follow within 15 s and watches when it is started again.
 */
export async function forgetHistory({ dir }: Pick<Cluster, 'dir'>): Promise<void> {
  const socketPath = join(dir, 'clients:0')
  const { header } = await call(socketPath, 'range', { key: COMPACTED })
  // Its own, so that whatever has been read until now is older.
  const revision = `${Number(header.revision) + 1}`
  await call(socketPath, 'put', { key: COMPACTED, value: Buffer.from(revision).toString('base64') })
  await call(socketPath, 'compaction', { revision })
}

interface EtcdAnswer {
  readonly header: { readonly revision: string }
}

function call(socketPath: string, what: string, body: object): Promise<EtcdAnswer> {
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
