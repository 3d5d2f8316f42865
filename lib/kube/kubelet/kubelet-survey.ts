import { isSamePlace, type KubeletPlace } from '#lib/csr/kubelets/evidence.ts'
import { isLeft, type KubeletFinding, kubeletFinding } from '#lib/csr/kubelets/kubelet-finding.ts'
import type { Node } from '#lib/csr/model.ts'
import type { World } from '#lib/csr/world/world.ts'
import { askKubelet, type KubeletAsking } from '#lib/kube/kubelet/kubelet-answer.ts'
import { DIAL_COUNTS_MS } from '#lib/kube/kubelet/kubelet-certificate.ts'
import { ASK_AGAIN_MS } from '#lib/kube/kubelet/live-schedule.ts'
import type { Clock } from '#lib/kube/transport/clock.ts'

/** Asks the kubelet of every Node in turn, while a page shows what they present. */
export interface KubeletSurvey {
  /** A page shows it, for `SHOWN_MS`. `again`: answers older than a minute are renewed next. */
  watch(again: boolean): void
  /** Resolves when no connection is open any more. */
  stop(): Promise<void>
}

export interface KubeletSurveyOptions extends KubeletAsking {
  readonly world: Pick<World, 'cluster' | 'kubeletPlace' | 'evidence'>
  readonly clock: Clock
  readonly onFindings: (findings: ReadonlyMap<string, KubeletFinding | null>) => void
}

/** Milliseconds for which a page counts as open: it repeats its report once a minute. */
export const SHOWN_MS = 90_000
/** Milliseconds until a kubelet is asked again that is not left; others after `ASK_AGAIN_MS`. */
export const RENEW_MS = 5 * 60_000
/** Milliseconds until an answer that was not renewed is dropped. */
export const KEPT_MS = 15 * 60_000
/** Milliseconds between two asks: 5,000 kubelets take 250 s. */
const PACE_MS = 50
/** Asks at a time. A silent kubelet counts for a second of its five, so 5,000 of them take 500 s. */
export const MOST_ASKS = 10
/** Milliseconds for which findings are gathered: each batch has pages read their rows again. */
const GATHER_MS = 1_000

interface Asked {
  readonly where: KubeletPlace
  readonly at: number
  /** Whether the answer leaves nothing to be done; false before the answer. */
  readonly isFine: boolean
}

/** Answers are for pages alone: none is stored in the world, and no decision reads one. */
export function keepKubeletSurvey(options: KubeletSurveyOptions): KubeletSurvey {
  const { world, clock, onFindings } = options
  const stopping = new AbortController()
  const asked = new Map<string, Asked>()
  const underWay = new Set<Promise<void>>()
  /** Names that count as one of the asks at a time. */
  const turns = new Set<string>()
  let findings = new Map<string, KubeletFinding | null>()
  let due: readonly Node[] = []
  let next = 0
  let plannedAt = Number.NEGATIVE_INFINITY
  let shownUntil = Number.NEGATIVE_INFINITY
  /** Answers from before this time are renewed after a minute. */
  let renewBefore = Number.NEGATIVE_INFINITY
  let cancelStep: (() => void) | null = null
  let cancelTell: (() => void) | null = null

  function step(): void {
    cancelStep = null
    const now = clock.now()
    if (stopping.signal.aborted || now >= shownUntil) return
    if (next >= due.length && now >= plannedAt + GATHER_MS) plan(now)
    const node = turns.size < MOST_ASKS ? due[next] : undefined
    if (node !== undefined) {
      next += 1
      learn(node, now)
    }
    cancelStep = clock.after(next < due.length ? PACE_MS : GATHER_MS, step)
  }

  /** Nodes to ask: those that were never asked there first, then the oldest answers. */
  function plan(now: number): void {
    plannedAt = now
    next = 0
    const old: { readonly node: Node; readonly at: number }[] = []
    for (const node of world.cluster.nodes()) {
      const last = asked.get(node.name)
      const isThere = last !== undefined && isSamePlace(last.where, world.kubeletPlace(node))
      const at = isThere ? last.at : Number.NEGATIVE_INFINITY
      const isLasting = last?.isFine === true && at >= renewBefore
      const dueAt = at + (isLasting ? RENEW_MS : ASK_AGAIN_MS)
      // A clock that was set back makes an answer of the future, which does not count.
      if (dueAt <= now || at > now) old.push({ node, at })
    }
    due = old.sort((a, b) => a.at - b.at).map(({ node }) => node)
  }

  function learn(planned: Node, now: number): void {
    const { name } = planned
    const node = world.cluster.node(name)
    if (node === null) return
    const where = world.kubeletPlace(node)
    const before = asked.get(name)
    // The kubelet was asked for a request or for another page: its answer serves here, too.
    const known = world.evidence(name, now)
    if (known !== null && known.askedAt > (before?.at ?? 0)) {
      take({ where, at: known.askedAt }, kubeletFinding(known, known.askedAt, node), name)
      return
    }
    asked.set(name, { where, at: now, isFine: false })
    turns.add(name)
    const cancelTurn = clock.after(DIAL_COUNTS_MS, () => turns.delete(name))
    const asking = askKubelet(options, name, where, stopping.signal).then((answer) => {
      cancelTurn()
      turns.delete(name)
      underWay.delete(asking)
      if (stopping.signal.aborted) return
      take({ where, at: now }, kubeletFinding(answer, now, node), name)
    })
    underWay.add(asking)
  }

  function take(place: Omit<Asked, 'isFine'>, finding: KubeletFinding, name: string): void {
    asked.set(name, { ...place, isFine: !isLeft(finding) })
    tell(name, finding)
  }

  function tell(name: string, finding: KubeletFinding | null): void {
    findings.set(name, finding)
    cancelTell ??= clock.after(GATHER_MS, () => {
      cancelTell = null
      const gathered = findings
      findings = new Map()
      onFindings(gathered)
    })
  }

  /** Drops findings that no page had renewed for long: none is shown as if it were of now. */
  function forget(now: number): void {
    for (const [name, { at }] of asked) {
      if (at + KEPT_MS > now) continue
      asked.delete(name)
      tell(name, null)
    }
  }

  return {
    watch(again) {
      const now = clock.now()
      if (now >= shownUntil) forget(now)
      if (again) {
        renewBefore = now
        plannedAt = Number.NEGATIVE_INFINITY
        due = []
      }
      shownUntil = now + SHOWN_MS
      // A step that is planned is never taken early: that would break the pace.
      if (cancelStep === null) step()
    },
    async stop() {
      stopping.abort()
      cancelStep?.()
      cancelTell?.()
      await Promise.all(underWay)
    },
  }
}
