import { setTimeout as sleep } from 'node:timers/promises'
import type { Browser } from '@playwright/test'
import type { PolicyOptions } from '#e2e/approver/policy-text.ts'
import { type App, startApp } from '#e2e/fixtures/app.ts'
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
import { ensureBuilt } from '#sandbox/demo-app.ts'
import { authenticationConfiguration } from '#sandbox/openid/authentication-configuration.ts'
import { type OpenIdProvider, startOpenIdProvider } from '#sandbox/openid/openid-provider.ts'
import { type ApproverSite, openApproverSite } from './approver-site.ts'
import { peopleOf, type TeamRole, unbindPeople } from './team-people.ts'

export const NODES = 5_000
export const REQUESTS = 10_000
/** The size of the largest promised cluster. */
export const STORM = { nodes: 20_000, csrs: 100_000, network: '172.20.0.0/14' } as const

/** A large cluster, with the app as its approver. */
export interface Crowd {
  readonly cluster: Cluster
  readonly kube: KubeClient
  readonly app: App
}

/** A large cluster with the app in team mode, and people for it. */
export interface Team extends Omit<Crowd, 'app'> {
  readonly app: TeamApp
  readonly provider: OpenIdProvider
  /** Tokens of that many new people. */
  tokensOf(role: TeamRole, count: number): Promise<readonly string[]>
  unbind(role: TeamRole): Promise<void>
}

/** Shared clusters for the figures: made on first use, taken down at the end. */
export interface Stage {
  /** A real, empty control plane without a signer, so that nothing else is at work. */
  empty(): Promise<Cluster>
  /** 5,000 Nodes, with a pending request each and one of 5,000 machines without a Node. */
  crowd(): Promise<Crowd>
  /** Another cluster like `crowd`, for one caller. */
  team(): Promise<Team>
  /** A cluster like `crowd` with the sizes of STORM, which takes minutes to fill. */
  storm(): Promise<Crowd>
  /** A new control plane for each caller, who must end it. */
  approverSite(policy: PolicyOptions): Promise<ApproverSite>
  browser(): Promise<Browser>
  say(line: string): void
  /** Ends every process, including one that is still starting. */
  end(): Promise<void>
}

export interface StageOptions {
  readonly say: (line: string) => void
  /** Whether the app is measured: it is built first when it is older than its sources. */
  readonly app: boolean
}

export async function createStage({ say, app: built }: StageOptions): Promise<Stage> {
  if (built) await ensureBuilt()
  const ends: (() => Promise<void>)[] = []
  let ending: Promise<void> | null = null

  function once<T>(make: () => Promise<T>): () => Promise<T> {
    let made: Promise<T> | null = null
    return () => {
      made ??= make()
      // A resource is taken down only after it has come up.
      const waited = made.then(
        () => {},
        () => {},
      )
      ends.push(() => waited)
      return made
    }
  }

  async function cluster(authenticationConfig?: string): Promise<Cluster> {
    const authentication = authenticationConfig === undefined ? {} : { authenticationConfig }
    const started = await startCluster({ controllerManager: false, ...authentication })
    ends.push(() => started.stop())
    return started
  }

  async function filled(size: FillOptions): Promise<Crowd> {
    const full = await cluster()
    say(`filling the cluster: ${size.nodes} nodes, ${size.csrs} requests`)
    await full.fill(size)
    const kube = kubeClient(full.kubeconfigs.admin)
    ends.push(() => kube.close())
    const app = await startApp({ kubeconfig: full.kubeconfigs.approver, unready: true })
    ends.push(() => app.stop())
    while ((await fetch(`${app.api}/readyz`)).status !== 200) await sleep(500)
    return { cluster: full, kube, app }
  }

  async function team(): Promise<Team> {
    const provider = await startOpenIdProvider({ publicUrl: await newPublicUrl() })
    ends.push(() => provider.close())
    const full = await cluster(authenticationConfiguration(provider))
    say(`filling a cluster for a team: ${NODES} nodes, ${REQUESTS} requests`)
    await full.fill({ nodes: NODES, csrs: REQUESTS })
    await bindTeam(full)
    await untilTrusted(full, provider)
    const kube = kubeClient(full.kubeconfigs.admin)
    ends.push(() => kube.close())
    const app = await startTeamApp({ kubeconfig: full.kubeconfigs.viewer, provider })
    ends.push(() => app.stop())
    return {
      ...{ cluster: full, kube, app, provider },
      tokensOf: (role, count) => peopleOf(full, kube, role, count),
      unbind: (role) => unbindPeople(full, role),
    }
  }

  return {
    say,
    empty: once(() => cluster()),
    team,
    crowd: once(() => filled({ nodes: NODES, csrs: REQUESTS })),
    storm: once(() => filled(STORM)),
    async approverSite(policy) {
      const opening = openApproverSite(policy)
      let ended: Promise<void> | null = null
      const end = () => {
        ended ??= opening.then((site) => site.end())
        return ended
      }
      ends.push(end)
      return { ...(await opening), end }
    },
    browser: once(async () => {
      const browser = await launchPersonsBrowser()
      ends.push(() => browser.close())
      return browser
    }),
    end() {
      ending ??= (async () => {
        for (let end = ends.pop(); end !== undefined; end = ends.pop()) {
          await end().catch((error: unknown) => say(String(error)))
        }
      })()
      return ending
    },
  }
}
