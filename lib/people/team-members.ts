import { AsyncLocalStorage } from 'node:async_hooks'
import { createHmac, randomBytes } from 'node:crypto'
import { cause } from '#lib/csr/cause.ts'
import type { ViewerName } from '#lib/csr/verdict/viewer-overlay.ts'
import type { LogEntry } from '#lib/kube/log/process-log.ts'
import { createConnections } from '#lib/kube/transport/connections.ts'
import type { Pacer } from '#lib/kube/writes/pacer.ts'
import { inEnglish } from '#lib/messages/english.ts'
import { createTokenDeletions } from '#lib/people/delete-token.ts'
import { type Member, type MemberOptions, signInMember } from '#lib/people/member.ts'
import type { Oidc, TokenSet } from '#lib/people/oidc/oidc.ts'
import type { Refusal } from '#lib/people/people.ts'
import { personKey } from '#lib/people/person-key.ts'
import { createReviewQueue } from '#lib/people/review-queue.ts'
import { createSignInLines } from '#lib/people/sign-in-lines.ts'
import { createSignInQueue } from '#lib/people/sign-in-queue.ts'
import { type Limit, OF_PEOPLE, OF_STRANGERS } from '#lib/refusals/limits.ts'
import type { ClusterTitle, SignInWay } from '#lib/wire/session-answers.ts'

/** `impersonation`: null unless the server impersonates people who signed in at the provider. */
export interface TeamOptions
  extends Omit<MemberOptions, 'refresh' | 'bindingOf' | 'inTurn' | 'connections' | 'pacerOf'> {
  readonly idleMs: number
  /** ClusterRole with which an admin grants the right to see. */
  readonly viewerRole: string
  /** The cluster's name and versions, for the sign-in page. */
  readonly title: () => ClusterTitle
  readonly ways: readonly SignInWay[]
  /** Null where people do not sign in at a provider. */
  readonly oidc: Oidc | null
  /** Makes a person's pacer. `share`: their part of all people's writes at a time. */
  readonly newPacer: (share: () => number) => Pacer
  /** Whether the session has a run under way, which goes on while no page is visible. */
  readonly hasRun: (session: AbortSignal) => boolean
  readonly log: (entry: LogEntry) => void
}

export type TeamMembers = ReturnType<typeof createTeamMembers>

/** Signs in people of a team, each with their own credential until it ends. */
export function createTeamMembers(options: TeamOptions) {
  const { clock, endpoint, log, ways, oidc } = options
  const members = new Set<Member>()
  /**
   * Each way to sign in has its own queue, so that wrong tokens of one do not hold up the others.
   */
  const queues = new Map(
    ways.map(({ way }) => [way, createSignInQueue<Member | Refusal>(clock.now, isWrong)]),
  )
  const linesOf = (limit: Required<Pick<Limit, 'ofOne' | 'inAll'>>) =>
    createSignInLines(clock, log, limit)
  const refusals = linesOf(OF_STRANGERS.signInLines)
  /** Log lines about new sessions, by whether the person may see. */
  const begins = { mayNot: linesOf(OF_STRANGERS.signInLines), may: linesOf(OF_PEOPLE.sessionLines) }
  const bindingKey = randomBytes(32)
  /**
   * Runs a function outside the calling request: timers and sockets would otherwise keep all of it
   * in memory.
   */
  const outside = AsyncLocalStorage.snapshot()
  const inTurn = createReviewQueue(clock, OF_PEOPLE.reviews.inAll)
  // Unlimited: each person's pacer and the review queue bound their calls.
  const connections = createConnections(endpoint, null)
  const deletions = createTokenDeletions(endpoint, connections)
  /** Pacers by person, with the number of sessions that share each. */
  const pacers = new Map<string, { readonly pacer: Pacer; sessions: number }>()

  /**
   * Bindings last beyond a token: a proxy renews tokens by itself, and the person's pages go on
   * with the next one.
   */
  function proxiedBinding(person: ViewerName): string {
    return createHmac('sha256', bindingKey).update(personKey(person)).digest('base64url')
  }

  /** Writes at a time of each person who writes now. */
  function shareOfWrites(): number {
    const writing = [...pacers.values()].filter(({ pacer }) => pacer.isBusy).length
    return Math.floor(OF_PEOPLE.writes.inAll / Math.max(1, writing))
  }

  function pacerOf(person: ViewerName, ending: AbortSignal): Pacer {
    const key = personKey(person)
    const shared = pacers.get(key) ?? { pacer: options.newPacer(shareOfWrites), sessions: 0 }
    shared.sessions += 1
    pacers.set(key, shared)
    ending.addEventListener('abort', () => {
      shared.sessions -= 1
      if (shared.sessions === 0) pacers.delete(key)
    })
    return shared.pacer
  }

  /** Logs a refused sign-in, or counts it. */
  function logRefusal(from: string, facts: LogEntry): void {
    outside(refusals, from, { event: 'session.refused', ...facts })
  }

  function deleteTokens(tokens: TokenSet, tell: (failed: LogEntry) => void): void {
    outside(() => deletions.begin(tokens, tell))
  }

  function keep(member: Member, way: SignInWay['way']): void {
    const { name: who, uid } = member
    members.add(member)
    const lines = begins[member.view.right === 'mayNot' ? 'mayNot' : 'may']
    const isLogged = outside(lines, personKey(member), { event: 'session.begin', who, uid, way })
    const tell = isLogged ? log : () => {}
    member.ending.addEventListener('abort', () => {
      members.delete(member)
      tell({ event: 'session.end', who, uid })
      // The member has its tokens until all listeners of its end have run.
      deleteTokens(member.tokens, (failed) => tell({ ...failed, who, uid }))
    })
  }

  return {
    outside,
    logRefusal,
    count: () => members.size,
    hasWay: (way: SignInWay['way']) => queues.has(way),
    /** Signs in from the address `from`. Never rejects. */
    async signIn(tokens: TokenSet, way: SignInWay['way'], from: string): Promise<Member | Refusal> {
      const queue = queues.get(way)
      if (queue === undefined) return { refused: 'notAllowed', why: [cause('notThisWay')] }
      const refresh = way === 'oidc' && oidc !== null ? oidc.refresh : null
      const impersonation = way === 'oidc' ? options.impersonation : null
      const bound = way === 'proxy' ? { bindingOf: proxiedBinding } : {}
      const how = { ...options, refresh, impersonation, inTurn, connections, pacerOf, ...bound }
      const member = await queue.attempt(from, () => outside(signInMember, tokens, how))
      if (member === null) return { refused: 'slowDown', why: [cause('tooManySignIns')] }
      if ('refused' in member) {
        logRefusal(from, { way, code: member.refused, why: inEnglish(member.why) })
      } else keep(member, way)
      return member
    },
    /** Deletes the tokens of a sign-in that was refused. */
    drop(tokens: TokenSet, from: string, facts: LogEntry): void {
      deleteTokens(tokens, (failed) => refusals(from, { ...failed, ...facts }))
    },
    reviewAccess(): void {
      for (const { principal } of members) principal.reviewAccess()
    },
    async stop(): Promise<void> {
      for (const member of [...members]) member.end()
      await deletions.settled()
      await connections.close()
    },
  }
}

function isWrong(member: Member | Refusal): boolean {
  return 'refused' in member && member.refused === 'wrongToken'
}
