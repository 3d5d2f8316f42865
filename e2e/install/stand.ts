/** A client of the stand that `stand-keeper.ts` keeps, for Playwright's workers. */
import { request } from 'node:http'
import { json } from 'node:stream/consumers'
import { buildBinary } from '#sandbox/control-plane/build-control-plane.ts'
import { type Cluster, clusterOf } from '#sandbox/control-plane/control-plane.ts'
import type { ClusterInfo, Order } from '#sandbox/control-plane/supervisor.ts'
import type { OpenIdProvider, TokenAnswer } from '#sandbox/openid/openid-provider.ts'
import { type KubeClient, kubeClient } from '../fixtures/kube-client.ts'
import { rememberTokens } from '../fixtures/secrets.ts'
import { connectPods } from './pod-node.ts'
import { type Registry, registry } from './registry.ts'

/** Questions to the keeper. */
export interface Asked {
  order(order: Order): Promise<unknown>
  /** Answers of the provider's token endpoint so far. */
  tokens(): Promise<readonly TokenAnswer[]>
  setTokenSeconds(seconds: number): Promise<void>
  stopListening(): Promise<void>
  listenAgain(): Promise<void>
}

export type ProviderFacts = Pick<OpenIdProvider, 'issuer' | 'ca' | 'clientSecret' | 'redirectUri'>

/** Facts of the stand. */
export interface Kept {
  /** Path of the keeper's socket. */
  readonly socket: string
  readonly info: ClusterInfo
  /** Digest of the product's image in the registry. */
  readonly digest: string
  readonly provider: ProviderFacts
}

export interface Stand {
  readonly cluster: Cluster
  readonly kube: KubeClient
  readonly provider: ProviderFacts & Omit<Asked, 'order' | 'tokens'>
  /** The registry from which the machine's kubelet pulls. */
  readonly registry: Registry
  /** Gives the machine a network for Pods. */
  connect(): Promise<void>
  /** Digest of the product's image in the registry. */
  readonly digest: string
  /** Tokens that the provider has issued, in order, which are treated as secrets from now on. */
  issuedTokens(): Promise<readonly TokenAnswer[]>
}

const VARIABLE = 'COUNTERSIGN_INSTALL_STAND'

export function keptInEnv(kept: Kept): Readonly<Record<string, string>> {
  return { [VARIABLE]: JSON.stringify(kept) }
}

export async function openStand(): Promise<Stand> {
  const text = process.env[VARIABLE]
  if (text === undefined) throw new Error('Run this by `node e2e/install/run-installed.ts`.')
  const { socket, info, digest, provider } = JSON.parse(text) as Kept

  /** Asks the keeper; throws with its error. */
  async function ask<T>(name: keyof Asked, ...args: readonly unknown[]): Promise<T> {
    const answer = await new Promise((resolve, reject) => {
      const call = request({ socketPath: socket, method: 'POST' }, (response) =>
        resolve(json(response)),
      )
      call.on('error', reject).end(JSON.stringify({ name, args }))
    })
    const { error, value } = answer as { readonly error?: string; readonly value: T }
    if (error !== undefined) throw new Error(error)
    return value
  }

  const supervisor = { ask: (order: Order) => ask('order', order), stop: async () => {} }
  const cluster = clusterOf(await buildBinary(), info, supervisor)
  return {
    cluster,
    kube: kubeClient(cluster.kubeconfigs.admin),
    provider: {
      ...provider,
      setTokenSeconds: (seconds) => ask('setTokenSeconds', seconds),
      stopListening: () => ask('stopListening'),
      listenAgain: () => ask('listenAgain'),
    },
    registry: registry(),
    connect: () => connectPods(cluster),
    digest,
    async issuedTokens() {
      const tokens = await ask<readonly TokenAnswer[]>('tokens')
      for (const answer of tokens) rememberTokens(answer)
      return tokens
    },
  }
}
