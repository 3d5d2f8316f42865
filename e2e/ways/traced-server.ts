/**
 * Program that runs the server on a sandbox and writes, as JSON, who called whom: for one request
 * that arrives, and for its approval.
 */
import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { Worker } from 'node:worker_threads'
import { POST } from '#app/api/decisions/route.ts'
import { createDoor } from '#bin/door.ts'
import { readKubeconfig } from '#lib/kube/credentials/config.ts'
import { hostsOf } from '#lib/settings/hosts.ts'
import { readSettings } from '#lib/settings/settings.ts'
import { listen } from '#lib/web/door/listen.ts'
import { start } from '#lib/web/start.ts'
import { startSandbox } from '#sandbox/sandbox.ts'
import { fileIn } from '../fixtures/sandbox-requests.ts'
import type { Step } from './call-tracer.ts'

const KEY = 'a-launch-key-of-at-least-32-characters'
const BOARD = '/api/machines?section=waiting&verdict=all&sort=deadline&from=0&to=100'
const headers = { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' }

const sandbox = await startSandbox()
const kubeconfig = sandbox.kubeconfigs.admin
const env = { COUNTERSIGN_LAUNCH_KEY: KEY, COUNTERSIGN_RECORD: 'off' }
const reading = readSettings(['--kubeconfig', kubeconfig, '--no-open'], env)
if (!('settings' in reading)) throw new Error(JSON.stringify(reading))
const { settings } = reading
const started = start(settings, readKubeconfig({ kubeconfig, env }), null, () => {})
const door = createDoor(settings, started)
const listening = await listen(door.makeServer, 0, false)
if ('problem' in listening) throw new Error(listening.problem)
door.bound(hostsOf(listening.ports, door.label))
door.open(answerAsNext)
const origin = `http://127.0.0.1:${listening.ports.scripts}`

const worker = new Worker(new URL('call-tracer.ts', import.meta.url))
const tracer = async (step: Step): Promise<unknown> => {
  worker.postMessage(step)
  return (await once(worker, 'message'))[0]
}

await started.wasLive
const changes = await streamOfChanges()
await tracer('forget')
await approve(await arrival('worker-1'))
await tracer('stopWhereItRan')
await approve(await arrival('worker-2'))
process.stdout.write(JSON.stringify(await tracer('told')), () => process.exit())

interface Row {
  readonly uid: string
  readonly name: string
  readonly resourceVersion: string
}

/** Files a request of this machine, and returns its row once the page's question has it. */
async function arrival(nodeName: string): Promise<Row> {
  const { uid } = fileIn(sandbox, { nodeName }).metadata
  for (;;) {
    await changes.next()
    const answer = await fetch(origin + BOARD, { headers })
    const { rows } = (await answer.json()) as {
      readonly rows: readonly { readonly machine?: { readonly pending: readonly Row[] } }[]
    }
    const row = rows.flatMap(({ machine }) => machine?.pending ?? []).find((row) => row.uid === uid)
    if (row !== undefined) return row
  }
}

async function approve({ uid, name, resourceVersion }: Row): Promise<void> {
  const items = [{ uid, name, resourceVersion }]
  const body = JSON.stringify({ decision: 'approve', accept: 'plausible', items })
  const answer = await fetch(`${origin}/api/decisions`, { method: 'POST', headers, body })
  const text = await answer.text()
  if (!text.includes('"approved"')) throw new Error(text)
}

/** Chunks of the stream that an open page has. */
async function streamOfChanges() {
  const { body } = await fetch(`${origin}/api/events`, { headers })
  if (body === null) throw new Error('no stream')
  return body.values()
}

/** Answers as the route that Next finds for the only call without a route of ours. */
async function answerAsNext(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = (await request.toArray()).join('')
  const asked = new Request(origin + request.url, { method: 'POST', headers, body })
  const answer = await POST(asked, { params: Promise.resolve({}) })
  response.statusCode = answer.status
  response.end(Buffer.from(await answer.arrayBuffer()))
}
