import type { EventEmitter } from 'node:events'
import { Server } from 'node:http'
import { type Hosts, makeLabel } from '#lib/settings/hosts.ts'
import { readTls } from '#lib/settings/own-tls.ts'
import type { Settings } from '#lib/settings/settings.ts'
import { createGatedServer, type GatedServerOptions, TEAM } from '#lib/web/door/http-server.ts'
import { rememberRunning } from '#lib/web/door/running.ts'
import { serveData } from '#lib/web/door/serve-data.ts'
import type { Started } from '#lib/web/start.ts'
import { DATA_ROUTES } from './data-routes.ts'

/** The entrance of the process: the gate, and behind it the data routes. */
export function createDoor({ dev, service }: Settings, { running, refusals }: Started) {
  rememberRunning(running)
  const { people } = running
  const label = makeLabel()
  // Next attaches its websocket to this server; ours forwards only permitted upgrades.
  const upgrades = new Server()
  // A valid Host names the port: until a port is bound, no request is answered.
  let hosts: Hosts = { scheme: 'http', pages: label, scripts: new Set() }
  let handle: GatedServerOptions['handle'] = async (_request, response) =>
    void response.writeHead(503, { 'retry-after': '1' }).end()
  const believed = service && {
    proxies: service.proxies,
    believesTokens: service.ways.includes('proxy'),
  }
  return {
    label,
    upgrades,
    makeServer: () =>
      createGatedServer({
        ...{ people, upgrades: upgrades as EventEmitter, onRefused: refusals.add },
        ...(service && { ...TEAM, tls: service.tls && readTls(service.tls) }),
        policy: () => ({ hosts, dev, authorize: people.authorize, ...believed }),
        handle: (request, response, isOfStranger) => handle(request, response, isOfStranger),
      }),
    bound(at: Hosts): void {
      hosts = at
    },
    /** Answers from now on; `rest` answers what no data route does. */
    open(rest: typeof handle): void {
      // A development server loads a changed route anew, so Next serves all of them there.
      const answerData = dev ? () => null : serveData(DATA_ROUTES)
      handle = (request, response, isOfStranger) =>
        answerData(request, response) ?? rest(request, response, isOfStranger)
    },
  }
}
