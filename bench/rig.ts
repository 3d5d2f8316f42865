import { setTimeout as sleep } from 'node:timers/promises'
import type { Browser } from '@playwright/test'
import type { PolicyOptions } from '#e2e/approver/policy-text.ts'
import { type App, type AppOptions, startApp } from '#e2e/fixtures/app.ts'
import { launchPersonsBrowser } from '#e2e/fixtures/browser.ts'
import { untilTrusted } from '#e2e/fixtures/id-token.ts'
import { type KubeClient, kubeClient } from '#e2e/fixtures/kube-client.ts'
import { newPublicUrl, startTeamApp, type TeamApp } from '#e2e/fixtures/team-app.ts'
import { bindTeam } from '#e2e/fixtures/team-rights.ts'
import {
  type Cluster,
  type FillOptions,
  startCluster,
} from '#sandbox/control-plane/control-plane.ts'
import { authenticationConfiguration } from '#sandbox/openid/authentication-configuration.ts'
import { type OpenIdProvider, startOpenIdProvider } from '#sandbox/openid/openid-provider.ts'
import { type ApproverSite, openApproverSite } from './approver-site.ts'
import { Opened } from './opened.ts'
import { newTab, type Tab } from './paint-watch.ts'
import { peopleOf, type TeamRole, unbindPeople } from './team-people.ts'

/** A large cluster. */
export const CROWD: FillOptions = { nodes: 5_000, csrs: 10_000 }
/** The largest promised cluster, which takes minutes to fill. */
export const STORM: FillOptions = { nodes: 20_000, csrs: 100_000, network: '172.20.0.0/14' }

const FIGURE_WITHIN_MS = 20 * 60_000

/** A cluster, with an admin of it. */
export interface Filled {
  readonly cluster: Cluster
  readonly kube: KubeClient
}

/** A filled cluster, with the app as its approver. */
export interface Crowd extends Filled {
  readonly app: App
}

/** A large cluster with the app in team mode, and people for it. */
export interface Team extends Filled {
  readonly app: TeamApp
  readonly provider: OpenIdProvider
  /** Tokens of that many new people. */
  tokensOf(role: TeamRole, count: number): Promise<readonly string[]>
  unbind(role: TeamRole): Promise<void>
}

/**
 * The worlds that figures are measured on. What a figure opens ends with the figure at the latest,
 * also where it fails; crowds and the browser are shared by figures and end with the rig.
 */
export class Rig {
  readonly say: (line: string) => void
  readonly #shared = new Opened()
  readonly #own = new Opened()
  readonly #crowds = new Map<FillOptions, Promise<Crowd>>()
  #browser: Promise<Browser> | null = null

  constructor(say: (line: string) => void) {
    this.say = say
  }

  /** Measures one figure; rejects when it takes too long. */
  async measure<T>(name: string, measure: (rig: Rig) => Promise<T>): Promise<T> {
    const late = Promise.withResolvers<never>()
    const timer = setTimeout(
      () => late.reject(new Error(`${name} took longer than ${FIGURE_WITHIN_MS / 1000} s`)),
      FIGURE_WITHIN_MS,
    )
    try {
      return await Promise.race([measure(this), late.promise])
    } finally {
      clearTimeout(timer)
      await this.#own.end(this.say)
    }
  }

  /** Ends every process, also one that is still starting. */
  async end(): Promise<void> {
    await this.#own.end(this.say)
    await this.#shared.end(this.say)
  }

  /** Takes something that ends with the figure. */
  own<T extends object>(it: T, end: (it: T) => unknown): Promise<T & AsyncDisposable> {
    return this.#own.add(Promise.resolve(it), end)
  }

  /** A real, empty control plane without a signer, so that nothing else is at work. */
  empty(): Promise<Filled> {
    return filled(this.#own)
  }

  /**
   * A cluster with a pending serving request of each Node and as many client requests of machines
   * without a Node, each with a key of its own. Figures share it.
   */
  crowd(size: FillOptions = CROWD): Promise<Crowd> {
    const made = this.#crowds.get(size) ?? this.#newCrowd(size)
    this.#crowds.set(size, made)
    return made
  }

  async #newCrowd(size: FillOptions): Promise<Crowd> {
    this.say(`filling a cluster: ${size.nodes} nodes, ${size.csrs} requests`)
    const full = await filled(this.#shared, size)
    const kubeconfig = full.cluster.kubeconfigs.approver
    const app = await this.#shared.add(startApp({ kubeconfig, unready: true }), (it) => it.stop())
    await untilReady(app)
    return { ...full, app }
  }

  /** A cluster of the size of a crowd, for a team. */
  async team(): Promise<Team> {
    const starting = startOpenIdProvider({ publicUrl: await newPublicUrl() })
    const provider = await this.#own.add(starting, (it) => it.close())
    this.say(`filling a cluster for a team: ${CROWD.nodes} nodes, ${CROWD.csrs} requests`)
    const full = await filled(this.#own, CROWD, authenticationConfiguration(provider))
    const { cluster, kube } = full
    await bindTeam(cluster)
    await untilTrusted(cluster, provider)
    const kubeconfig = cluster.kubeconfigs.viewer
    const app = await this.#own.add(startTeamApp({ kubeconfig, provider }), (it) => it.stop())
    return {
      ...{ ...full, app, provider },
      tokensOf: (role, count) => peopleOf(cluster, kube, role, count),
      unbind: (role) => unbindPeople(cluster, role),
    }
  }

  /** A control plane that issues, with the approver installed. */
  approverSite(policy: PolicyOptions): Promise<ApproverSite> {
    return this.#own.add(openApproverSite(policy), (site) => site.end())
  }

  app(options: AppOptions): Promise<App & AsyncDisposable> {
    return this.#own.add(startApp(options), (app) => app.stop())
  }

  /** A tab of a fresh browser context, in the shared browser if no other one is given. */
  async tab(given?: Browser): Promise<Tab & AsyncDisposable> {
    this.#browser ??= this.#shared.add(launchPersonsBrowser(), (it) => it.close())
    const browser = given ?? (await this.#browser)
    return this.#own.add(newTab(browser), (tab) => tab.close())
  }
}

async function filled(
  opened: Opened,
  size?: FillOptions,
  authenticationConfig?: string,
): Promise<Filled> {
  const authentication = authenticationConfig === undefined ? {} : { authenticationConfig }
  const starting = startCluster({ controllerManager: false, ...authentication })
  const cluster = await opened.add(starting, (it) => it.stop())
  if (size !== undefined) await cluster.fill(size)
  const client = Promise.resolve(kubeClient(cluster.kubeconfigs.admin))
  return { cluster, kube: await opened.add(client, (it) => it.close()) }
}

/** Resolves once the app decides by the cluster. */
export async function untilReady(app: App): Promise<void> {
  while ((await fetch(`${app.api}/readyz`)).status !== 200) await sleep(100)
}
