import { fixtureKey } from '#lib/csr/fixtures/keys.ts'
import type { NodeAddress } from '#lib/csr/model.ts'
import {
  CLIENT_AUTH,
  DIGITAL_SIGNATURE,
  KUBE_APISERVER_CLIENT_KUBELET,
  KUBELET_SERVING,
  NODE_GROUP,
  NODE_USER_PREFIX,
  SERVER_AUTH,
} from '#lib/csr/names.ts'
import { pemOf } from '#sandbox/authority.ts'
import { type RequestStory, requestBody } from '#sandbox/http-request.ts'
import { person, type User } from '#sandbox/identities.ts'
import { registerNode, setReady } from '#sandbox/node-life.ts'
import type { StoreEvent } from '#sandbox/object-store.ts'
import { type CsrObject, hasCondition } from '#sandbox/objects.ts'
import type { Api } from '#sandbox/resource-api.ts'
import type { Kubelets } from '#sandbox/sandbox-kubelets.ts'
import type { Random } from '#sandbox/seeded-random.ts'
import { CSRS } from '#sandbox/served-resources.ts'

/** A machine of a story; waits in seconds at the story's speed. */
export interface MachineTraits {
  readonly name: string
  readonly addresses: readonly NodeAddress[]
  readonly role: string
  /** Requestor of the first request: the bootstrap identity. */
  readonly bootstrapper: User
  /** Seconds from the client certificate to the Node. */
  readonly joinsAfter: number
  /** Seconds from the Node to Ready. */
  readonly readyAfter: number
  /** Seconds from the Node to the serving request. */
  readonly servingAfter: number
  /** Unusual fields of its requests. */
  readonly client: RequestStory
  readonly serving: RequestStory
}

/** Parts of the sandbox that a machine needs. */
export interface Surroundings {
  readonly api: Api
  readonly kubelets: Kubelets
  readonly random: Random
}

/** Seconds that kubelet's certificate manager waits for one request. */
export const WAIT_SECONDS = 15 * 60
/** Seconds without a heartbeat after which a Node is Unknown. */
const MISSED_SECONDS = 40

type Purpose = 'client' | 'serving'

/** A pending request with its key. */
interface Filed {
  readonly purpose: Purpose
  readonly keyName: string
}

/**
 * A kubelet that joins: client certificate, Node, serving certificate. After 15 minutes without an
 * answer, a denial or a failure it files again with a new key.
 */
export class SimulatedMachine {
  readonly #api: Api
  readonly #kubelets: Kubelets
  readonly #traits: MachineTraits
  readonly #random: Random
  #unfollow: () => void = () => {}
  #giveUp: () => void = () => {}
  #attempts = 0
  #keys = 0
  #off = false

  constructor({ api, kubelets, random }: Surroundings, traits: MachineTraits) {
    this.#api = api
    this.#kubelets = kubelets
    this.#traits = traits
    this.#random = random
  }

  /** Switches on for the first time: files a request at once. */
  start(): void {
    this.#kubelets.wipe(this.#traits.name)
    this.#ask('client')
  }

  /** Switches off: no further request and no certificates; its Node becomes Unknown. */
  stop(): void {
    this.#off = true
    this.#giveUp()
    this.#unfollow()
    this.#api.clock.after(MISSED_SECONDS, () => setReady(this.#api, this.#traits.name, false))
  }

  #ask(purpose: Purpose): void {
    if (this.#off) return
    const { name } = this.#traits
    const asClient = purpose === 'client'
    const user = asClient
      ? this.#traits.bootstrapper
      : person(NODE_USER_PREFIX + name, [NODE_GROUP])
    // A new key for each request, so that an older certificate is useless.
    const keyName = `${name}/${purpose}/${++this.#keys}`
    const body = requestBody({
      nodeName: name,
      kind: purpose,
      keyName,
      signerName: asClient ? KUBE_APISERVER_CLIENT_KUBELET : KUBELET_SERVING,
      usages: [DIGITAL_SIGNATURE, asClient ? CLIENT_AUTH : SERVER_AUTH],
      dnsNames: asClient ? [] : namesOf(this.#traits.addresses),
      ipAddresses: asClient ? [] : ipsOf(this.#traits.addresses),
      ...(asClient ? this.#traits.client : this.#traits.serving),
    })
    const collection = { resource: CSRS, namespace: '', name: '', subresource: '' }
    const { metadata } = this.#api.accept(user, collection, body)
    const uid = metadata.uid ?? ''
    const request = { purpose, keyName }
    this.#unfollow = this.#api.store.follow(uid, (event) => this.#hear(request, event))
    this.#giveUp = this.#api.clock.after(WAIT_SECONDS, () => this.#askAgain(purpose))
  }

  #askAgain(purpose: Purpose): void {
    this.#letGo()
    // The certificate manager waits 2 s, doubled up to 32 s, and up to a tenth more.
    const wait = Math.min(2 * 2 ** this.#attempts, 32)
    this.#attempts += 1
    const jittered = wait * (1 + this.#random.next() * 0.1)
    this.#giveUp = this.#api.clock.after(jittered, () => this.#ask(purpose))
  }

  #hear(request: Filed, { object, type }: StoreEvent): void {
    const { conditions, certificate } = (object as CsrObject).status
    const isOver = hasCondition(conditions, 'Denied') || hasCondition(conditions, 'Failed')
    if (certificate !== undefined) this.#receive(request, certificate)
    else if (type === 'DELETED' || isOver) this.#askAgain(request.purpose)
  }

  #receive({ purpose, keyName }: Filed, certificate: string): void {
    this.#letGo()
    this.#attempts = 0
    if (purpose === 'serving') {
      this.#kubelets.present(this.#traits.name, () => ({
        certificate: Buffer.from(certificate, 'base64').toString(),
        privateKey: pemOf(fixtureKey(keyName, 'P-256').privateKey),
      }))
    } else this.#later(this.#traits.joinsAfter, () => this.#join())
  }

  /** Drops the pending request and its key. */
  #letGo(): void {
    this.#giveUp()
    this.#unfollow()
  }

  #join(): void {
    const { name, role, addresses, readyAfter, servingAfter } = this.#traits
    registerNode(this.#api, { name, role, addresses })
    this.#later(readyAfter, () => setReady(this.#api, name, true))
    this.#later(servingAfter, () => this.#ask('serving'))
  }

  #later(seconds: number, act: () => void): void {
    this.#api.clock.after(seconds, () => {
      if (!this.#off) act()
    })
  }
}

function namesOf(addresses: readonly NodeAddress[]): string[] {
  const names = addresses.filter(({ type }) => type === 'Hostname' || type.endsWith('DNS'))
  return [...new Set(names.map(({ address }) => address))]
}

function ipsOf(addresses: readonly NodeAddress[]): string[] {
  return addresses.filter(({ type }) => type.endsWith('IP')).map(({ address }) => address)
}
