import { keepNodesInView } from '#lib/cluster/nodes-in-view.ts'
import { presentsNone } from '#lib/csr/kubelets/evidence.ts'
import type { World } from '#lib/csr/world/world.ts'
import type { KubeletSurvey, KubeletSurveyOptions } from '#lib/kube/kubelet/kubelet-survey.ts'
import type {
  LiveCertificates,
  LiveCertificatesOptions,
} from '#lib/kube/kubelet/live-certificates.ts'
import type { Besides } from '#lib/kube/kubelet/live-schedule.ts'
import type { Clock } from '#lib/kube/transport/clock.ts'
import { createGaps, type Gaps } from '#lib/kube/transport/gaps.ts'
import { OF_PEOPLE } from '#lib/refusals/limits.ts'

export interface KubeletAskers {
  /** Asks kubelets for the certificates they present; absent where kubelets are not asked. */
  readonly evidence?: (
    asking: Pick<LiveCertificatesOptions, 'world' | 'besides' | 'onEvidence'>,
  ) => LiveCertificates
  /** Asks the kubelet of every Node, for a page; absent where kubelets are not asked. */
  readonly survey?: (asking: Pick<KubeletSurveyOptions, 'world' | 'onFindings'>) => KubeletSurvey
}

export interface AskedKubeletsOptions
  extends KubeletAskers,
    Pick<LiveCertificatesOptions, 'onEvidence'>,
    Pick<KubeletSurveyOptions, 'onFindings'> {
  readonly world: World
  readonly clock: Clock
  /** Requests of the last day whose kubelets have not answered yet. */
  readonly unanswered: () => Besides['unanswered']
}

/** Asks kubelets what they present: of waiting requests, of Nodes that a page shows, of all Nodes. */
export class AskedKubelets {
  readonly #evidence: LiveCertificates | undefined
  readonly #survey: KubeletSurvey | undefined
  readonly #inView: ReturnType<typeof keepNodesInView>
  readonly #beginsAgain: Gaps

  constructor(options: AskedKubeletsOptions) {
    const { world, clock, unanswered, onEvidence, onFindings } = options
    this.#inView = keepNodesInView({
      statusOf(name) {
        if (world.cluster.node(name) === null) return 'gone'
        const evidence = world.evidence(name, clock.now())
        if (presentsNone(evidence)) return 'none'
        return evidence?.live.outcome === 'presented' ? 'certificate' : 'nothing'
      },
      now: clock.now,
    })
    this.#beginsAgain = createGaps(clock, OF_PEOPLE.retries.inAll)
    this.#evidence = options.evidence?.({
      world,
      besides: () => ({ unanswered: unanswered(), inView: this.#inView.names() }),
      onEvidence,
    })
    this.#survey = options.survey?.({ world, onFindings })
    world.setAsksKubelets(this.#evidence !== undefined)
  }

  /** Asks who is due by now: after each change of the world. */
  look(): void {
    this.#evidence?.look()
  }

  showNodes(names: readonly string[], person: string): void {
    this.#inView.show(names, person)
    this.look()
  }

  showKubelets(again: boolean): void {
    this.#survey?.watch(again && this.#beginsAgain(null))
  }

  async stop(): Promise<void> {
    await Promise.all([this.#evidence?.stop(), this.#survey?.stop()])
  }
}
