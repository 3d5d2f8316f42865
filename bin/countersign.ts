#!/usr/bin/env node
import { existsSync } from 'node:fs'
import { IncomingMessage, type Server, ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import { fileURLToPath } from 'node:url'
import { ownCluster } from '#lib/kube/credentials/own-cluster.ts'
import { writeHelp, writeOut } from '#lib/kube/log/standard-output.ts'
import type { Oidc } from '#lib/people/oidc/oidc.ts'
import { hostsAt, hostsOf, knowsNames, LOOPBACK } from '#lib/settings/hosts.ts'
import { followTls } from '#lib/settings/own-tls.ts'
import type { OidcSettings } from '#lib/settings/service-settings.ts'
import { problemOfFiles } from '#lib/settings/setting-files.ts'
import {
  addressRemark,
  openingLine,
  pageAddress,
  type Settings,
  settingsOfProcess,
} from '#lib/settings/settings.ts'
import { isLoopbackName, listen, listenAt } from '#lib/web/door/listen.ts'
import { openerFor, openInBrowser } from '#lib/web/door/open-browser.ts'
import { serveFiles } from '#lib/web/door/serve-files.ts'
import { createStrangerPages } from '#lib/web/door/stranger-pages.ts'
import { start } from '#lib/web/start.ts'
import { createDoor } from './door.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
/** Why a team's service does not start like that. */
const NOT_INSECURE =
  'People’s tokens would go to any program that answers there: put the cluster’s CA into it instead.'

const reading = settingsOfProcess()
if ('help' in reading) {
  writeHelp(reading.help)
} else if ('problem' in reading) {
  fail(reading.problem)
} else {
  await serve(reading.settings)
}

async function serve(settings: Settings): Promise<void> {
  const { dev, service } = settings
  // Standard output has only the address and the audit trail. Next's progress is for a developer.
  console.log = console.info = dev ? console.error : () => {}
  // Next and React read NODE_ENV when they load; an inherited value would be another program's.
  Object.assign(process.env, { NODE_ENV: dev ? 'development' : 'production' })
  if (!dev && !existsSync(`${root}${settings.distDir}/BUILD_ID`)) {
    fail('There is no build yet. Run "npm run build" first.')
    return
  }
  const problem = problemOfFiles(settings)
  if (problem !== null) {
    fail(problem)
    return
  }
  const config = ownCluster(settings, service !== null)
  if ('problem' in config) {
    fail(config.problem)
    return
  }
  if (config.insecure) {
    const words = `The kubeconfig says not to check the certificate of ${config.server}.`
    if (service !== null) {
      fail(`${words} ${NOT_INSECURE}`)
      return
    }
    warn(words)
  }

  const started = start(settings, config, service?.oidc ? await providerOf(service.oidc) : null)
  const door = createDoor(settings, started)
  const { label, makeServer, upgrades } = door

  let servers: readonly Server[] = []
  let stopping = false
  let closeBrowserFile = () => {}
  const stop = async () => {
    if (stopping) return
    stopping = true
    closeBrowserFile()
    // Milliseconds until the process exits, even with open connections.
    setTimeout(() => process.exit(), 4_700).unref()
    for (const server of servers) server.close()
    await started.stop()
    for (const server of servers) server.closeAllConnections()
    process.exit()
  }
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
    process.on(signal, () => void stop())
  }

  const listening = service === null ? await onLaptop() : await listenAt(makeServer, service.listen)
  if ('problem' in listening) {
    fail(listening.problem)
    process.exit()
  }
  servers = listening.servers
  const { ports } = listening
  const hosts = service === null ? hostsOf(ports, label) : hostsAt(service.publicUrl)
  door.bound(hosts)

  const { default: next } = await import('next')
  const options = { dev, dir: root, hostname: LOOPBACK, port: ports.scripts, httpServer: upgrades }
  const app = next(options)
  await app.prepare()
  const serveByNext = app.getRequestHandler()
  const answerFile = dev ? () => null : serveFiles(`${root}${settings.distDir}/static`)
  // A laptop's pages have no session: it is in the page's memory.
  const drawForStranger = service === null ? serveByNext : createStrangerPages(serveByNext)
  door.open(
    (request, response, isPageOfStranger) =>
      answerFile(request, response) ??
      (isPageOfStranger ? drawForStranger : serveByNext)(request, response),
  )
  // Milliseconds after a start in which those who waited for the cluster are answered first.
  void started.wasLive.then(() => setTimeout(() => void loadRoutes(serveByNext), 1_000).unref())
  // Probes last: a service that is ready answers pages, too.
  const trouble = await started.serveOtherPorts()
  if (trouble !== null) {
    fail(trouble.problem)
    process.exit()
  }
  await started.notifyFrom(service?.publicUrl ?? `http://${hosts.pages}`)
  if (service !== null) {
    if (service.tls !== null) followTls(service.tls, servers)
    await writeOut(`Countersign is at ${service.publicUrl}/\n`)
    return
  }
  await writeOut(`${openingLine(settings, hosts.pages)}\n`)
  process.stderr.write(`${addressRemark(settings, ports)}\n`)
  const { env, opensBrowser, launchKey } = settings
  const isTerminal = process.stdout.isTTY
  const opener = openerFor({ platform: process.platform, env, isTerminal })
  if (opensBrowser && opener !== null) {
    closeBrowserFile = openInBrowser(pageAddress(launchKey, hosts.pages), opener, () => {
      process.stderr.write('It opens in your browser. Start with --no-open to leave that.\n')
    })
  }

  async function onLaptop(): ReturnType<typeof listen> {
    const isPlain =
      settings.plainAddress || !(await knowsNames(process.platform, label, isLoopbackName))
    return listen(makeServer, settings.port, isPlain)
  }
}

/**
 * Loads the code of the first page, of signing in, and of what a person opens from there, one route
 * after another: else the first person waits for it, and all others while it loads.
 */
async function loadRoutes(
  serve: (request: IncomingMessage, response: ServerResponse) => Promise<void>,
): Promise<void> {
  for (const url of [
    '/',
    '/api/session',
    '/api/machines/-',
    '/api/requests/-',
    '/api/plans',
    '/api/decisions',
  ]) {
    const request = Object.assign(new IncomingMessage(new Socket()), { method: 'HEAD', url })
    await serve(request, new ServerResponse(request)).catch(() => {
      // The first person's request says why.
    })
  }
}

/** Loads the provider's library, which a laptop does not need. */
async function providerOf(settings: OidcSettings): Promise<Oidc> {
  const { createOidc } = await import('#lib/people/oidc/oidc.ts')
  return createOidc(settings)
}

function fail(message: string): void {
  warn(message)
  process.exitCode = 1
}

function warn(message: string): void {
  process.stderr.write(`countersign: ${message}\n`)
}
