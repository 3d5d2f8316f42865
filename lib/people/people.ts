import type { Cause } from '#lib/csr/cause.ts'
import type { Caller, ViewRight } from '#lib/people/principal.ts'
import type { ProblemCode } from '#lib/refusals/problem.ts'
import type { SessionAnswer, SignedOutAnswer } from '#lib/wire/session-answers.ts'

/** Headers by which a call proves its person. */
export interface Proof {
  readonly authorization: string | undefined
  readonly cookie: string | undefined
  /** The session-bound header that only a page of this origin sends with its cookie. */
  readonly binding: string | undefined
}

/** The token of an Authorization header; null without one, or for one that is longer. */
export function bearerIn(authorization: string | undefined, longest: number): string | null {
  const token = /^Bearer ([A-Za-z0-9._~+/=-]+)$/i.exec(authorization ?? '')?.[1]
  return token === undefined || token.length > longest ? null : token
}

export const BINDING_HEADER = 'x-countersign-session'
/** Address of the caller's end of the connection, which the gate sets at a sign-in. */
export const PEER_HEADER = 'x-countersign-peer'

/** Results of checking a proof. */
export type Authorization = 'launchKey' | 'session' | 'missing' | 'wrong' | 'slowDown'

/** A refused call, with the reason for the route to answer. */
export type Refusal = { readonly refused: ProblemCode; readonly why: readonly Cause[] }

/** The browser's next address, with its cookies. */
export interface FinishedSignIn {
  readonly location: string
  readonly cookies: readonly string[]
}

/** The person of an open session that a call's headers name. */
export interface KnownCaller {
  /** Key of the person: one for all their sessions, and of no other person. */
  readonly person: string
  readonly viewRight: ViewRight
  /** Null while the API server has not answered. */
  readonly mayApprove: boolean | null
}

/** All people who may call: a laptop's one person, or people who signed in. */
export interface People {
  readonly count: number
  /** For the gate, before a body is read. Never throws. */
  authorize(proof: Proof): Authorization
  /** The person of a call, before it is let in; null without a session. Never throws. */
  known(proof: Proof): KnownCaller | null
  /** The caller; null without a session. */
  caller(proof: Proof): Promise<Caller | null>
  /** The ways to sign in here, and the signed-in person. */
  session(proof: Proof): Promise<SessionAnswer>
  /** Signs in from the address `from`. Ends the session that the proof names. */
  signIn(
    secret: { readonly key: string } | { readonly token: string },
    from: string,
    proof: Proof,
  ): Promise<{ readonly answer: object; readonly cookie: string | null } | Refusal>
  /** Ends the session, if any. Null where the person has no sign-in elsewhere to end. */
  signOut(proof: Proof): Promise<SignedOutAnswer | null>
  /**
   * Sends the browser to the provider; null where there is none. `to`: a path of ours. The proof's
   * session ends when the browser returns.
   */
  beginSignIn(to: string, from: string, proof: Proof): Promise<FinishedSignIn | null>
  /**
   * Handles the browser's return from the provider, by path and query; null where there is none.
   * `from`: the caller's address.
   */
  finishSignIn(url: string, proof: Proof, from: string): Promise<FinishedSignIn | null>
  /** Reports that a page of the session is visible. */
  seen(proof: Proof): void
  /** Ends sessions whose time is over. */
  endIdle(): void
  /** Asks for the rights of all signed-in people. */
  reviewAccess(): void
  stop(): Promise<void>
}

export function proofOf(headers: Headers): Proof {
  return {
    authorization: headers.get('authorization') ?? undefined,
    cookie: headers.get('cookie') ?? undefined,
    binding: headers.get(BINDING_HEADER) ?? undefined,
  }
}
