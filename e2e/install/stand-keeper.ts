/**
 * Keeps the stand while Playwright runs. A failed test ends Playwright's worker, and the next
 * worker finds the same cluster. Its arguments are the command line to run.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { json } from 'node:stream/consumers'
import { buildBinary } from '#sandbox/control-plane/build-control-plane.ts'
import { clusterOf } from '#sandbox/control-plane/control-plane.ts'
import { type Order, Supervisor } from '#sandbox/control-plane/supervisor.ts'
import { authenticationConfiguration } from '#sandbox/openid/authentication-configuration.ts'
import { startOpenIdProvider, type TokenAnswer } from '#sandbox/openid/openid-provider.ts'
import { CHART } from './helm.ts'
import { NODE_ADDRESS } from './namespaces.ts'
import { readPlace } from './place.ts'
import { FOR_PODS, startPodNode } from './pod-node.ts'
import { startRegistry, unpackArchive } from './registry.ts'
import { IMAGE_NAME, OTHER_URL, PUBLIC_URL } from './release.ts'
import { type Asked, type Kept, keptInEnv } from './stand.ts'

const tokens: TokenAnswer[] = []
const provider = await startOpenIdProvider({
  ...{ publicUrl: PUBLIC_URL, alsoAt: [OTHER_URL], address: NODE_ADDRESS },
  onTokens: (answer) => tokens.push(answer),
})
const binary = await buildBinary()
const [supervisor, info] = await Supervisor.start(binary, {
  ...FOR_PODS,
  openshift: false,
  authenticationConfig: authenticationConfiguration(provider),
})
const cluster = clusterOf(binary, info, supervisor)
const place = readPlace()
const registry = await startRegistry(join(cluster.dir, 'logs'))
await startPodNode(cluster, place, registry)
const digest = await registry.push(unpackArchive(place.archive), IMAGE_NAME)
await registry.pushChart(CHART)

let isListening = true
/** Answers to a worker's questions. */
const answers: { readonly [Name in keyof Asked]: Asked[Name] } = {
  order: (order: Order) => supervisor.ask(order),
  tokens: async () => tokens,
  setTokenSeconds: async (seconds) => provider.setTokenSeconds(seconds),
  async stopListening() {
    isListening = false
    await provider.stopListening()
  },
  async listenAgain() {
    if (!isListening) await provider.listenAgain()
    isListening = true
  },
}
async function answer(request: IncomingMessage): Promise<object> {
  const { name, args } = (await json(request)) as { name: keyof Asked; args: readonly never[] }
  const ask: (...args: readonly never[]) => Promise<unknown> = answers[name]
  return { value: await ask(...args) }
}

const server = createServer((request, response) => {
  void answer(request)
    .catch((error: Error) => ({ error: error.message }))
    .then((result) => response.end(JSON.stringify(result)))
})
const socket = join(tmpdir(), 'stand.sock')
server.listen(socket)
await once(server, 'listening')

const { issuer, ca, clientSecret, redirectUri } = provider
const kept: Kept = { socket, info, digest, provider: { issuer, ca, clientSecret, redirectUri } }
const [command = '', ...args] = process.argv.slice(2)
const env = { ...process.env, ...keptInEnv(kept) }
const [code] = await once(spawn(command, args, { stdio: 'inherit', env }), 'exit')
server.close()
await cluster.stop()
await provider.close()
process.exit(code ?? 1)
