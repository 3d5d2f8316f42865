import { cause, type Sentence } from '#lib/csr/cause.ts'
import { visibleOnce } from '#lib/csr/escape.ts'
import type { Csr, CsrCondition } from '#lib/csr/model.ts'
import { APPROVED, DENIED, REASON_APPROVE, REASON_DENY } from '#lib/csr/names.ts'
import { requestFingerprint } from '#lib/csr/reading/pkcs10.ts'
import {
  csrStatus,
  decision as decisionOf,
  isApproved,
  isDenied,
  isPending,
} from '#lib/csr/status.ts'
import { projectCsr } from '#lib/kube/objects/project.ts'
import { CSRS, groupPath } from '#lib/kube/objects/resources.ts'
import { wholeName, writableFrom } from '#lib/kube/objects/writable.ts'
import type { ActingIdentity, Identity } from '#lib/kube/transport/acting-identity.ts'
import { type Clock, sleep, systemClock } from '#lib/kube/transport/clock.ts'
import {
  causesOf,
  isAborted,
  isConflict,
  isForbidden,
  isKubeError,
  isNotFound,
  isOtherActor,
  isThrottled,
  isUnauthorized,
  mayHaveHappened,
  retryAfterMs,
} from '#lib/kube/transport/errors.ts'
import {
  type Fields,
  fieldsOf,
  listOf,
  optionalFields,
  requiredText,
} from '#lib/kube/transport/shape.ts'
import { type Answer, call, segment } from '#lib/kube/transport/transport.ts'

/** Structurally the wire's Outcome; lib/kube may not import lib/wire. */
export type DecisionOutcome =
  | 'approved'
  | 'denied'
  /** Already decided: `stands` says how, `causes` by which person, if known. */
  | 'already'
  /** The object has changed since it was on screen; nothing was written. */
  | 'changed'
  | 'gone'
  | 'forbidden'
  /** Nothing was written; the API server asks to wait. */
  | 'throttled'
  /** The write may have succeeded and could not be read back. */
  | 'unknown'
  | 'error'

export interface DecisionRequest {
  /** The object from the reflector's cache itself: of a copy, the object is read before the PUT. */
  readonly csr: Csr
  /** SHA-256 of the decoded `spec.request` that was on screen, lower-case hex. */
  readonly fingerprint: string
  readonly decision: 'approve' | 'deny'
  /**
   * Message of the condition, cut to 1,000 visible characters. Must contain the HTTP request's id,
   * by which a write with a lost answer is recognized.
   */
  readonly message: string
  /** Reason of the condition; default: a person's decision. */
  readonly reason?: string
  readonly signal?: AbortSignal
  readonly clock?: Clock
  /**
   * Called right before each try: the reason not to write, or null to write. `again`: a further
   * try, which may be a minute later.
   */
  readonly whyNot?: (again: boolean) => readonly Sentence[] | null
}

export interface DecisionResult {
  readonly outcome: DecisionOutcome
  /** The API server's message, or the deviating facts; values are raw. */
  readonly causes?: readonly Sentence[]
  /** With `already`: the existing decision. */
  readonly stands?: 'approved' | 'denied' | null
  /** After a successful write. */
  readonly resourceVersion?: string
  /** Id of that write in the API server's audit log. */
  readonly auditId?: string
  /** With `throttled`: milliseconds to wait. */
  readonly retryAfterMs?: number
  /** The credential is refused (401) or belongs to another user: no further item can succeed. */
  readonly identityLost?: 'identity' | 'actor'
}

const LONGEST_MESSAGE = 1_000
/** Writes tried for one decision: a restarting API server is back before the last. */
const MAX_WRITES = 5
const WAITS_MS = [300, 300, 1_000, 2_000, 3_000]
/** Wait after a 429 without Retry-After. */
const DEFAULT_WAIT_MS = 1_000

export interface DecisionIdentities {
  /** Reads with any current credential: facts are the same for everyone. */
  readonly read: Identity
  /** Writes only with a credential of the username in the message. */
  readonly write: ActingIdentity
}

/**
 * Writes one decision, never rejects. The PUT carries the shown object's uid and resourceVersion,
 * so the API server refuses a changed one; after a conflict or lost answer the object is read and
 * judged first.
 */
export async function writeDecision(
  { read: reader, write: writer }: DecisionIdentities,
  request: DecisionRequest,
): Promise<DecisionResult> {
  const { csr } = request
  if (fingerprintOf(csr) !== request.fingerprint) {
    return { outcome: 'changed', causes: [cause('otherContents')] }
  }
  if (!isPending(csr)) return alreadyDecided(csr)
  const name = wholeName(csr)
  if (name === null) return { outcome: 'error', causes: [cause('nameTooLong')] }
  const condition = conditionFor(request)
  let target = writableFrom(csr)
  /** Whether an earlier PUT has lost its answer and may have succeeded: only a read tells then. */
  let doubt = false
  let last: readonly Sentence[] = []
  let waitMs = 0
  for (let writes = 0; writes < MAX_WRITES; ) {
    try {
      if (waitMs > 0) await sleep(request.clock ?? systemClock, waitMs, request.signal)
      if (target === null) {
        const read = await readBack(reader, name, request, condition)
        if ('outcome' in read) {
          return read.outcome === 'changed' ? { ...read, outcome: unless(doubt, 'changed') } : read
        }
        target = read.object
      }
      writes += 1
      // `connect` may have to ask for the credential's username; nothing is sent before.
      await writer.connect({ renew: false })
      const why = request.whyNot?.(writes > 1) ?? null
      if (why !== null) return { outcome: unless(doubt, 'changed'), causes: why }
      const updated = await put(writer, name, withCondition(target, condition), request)
      return wrote(request, updated)
    } catch (error) {
      const wasWrite = target !== null
      target = null
      last = isOtherActor(error) && writes > 1 ? [cause('actorChangedMeanwhile')] : causesOf(error)
      if (wasWrite) doubt ||= mayHaveHappened(error)
      // A failed read counts as a try, so that a dead API server is not asked for ever.
      if (!wasWrite) writes += 1
      // A conflict needs a read, not a wait.
      waitMs = isConflict(error) ? 0 : Math.max(WAITS_MS[writes] ?? 0, retryAfterMs(error) ?? 0)
      if (isConflict(error)) continue
      const final = finalResult(error, last, doubt)
      if (final !== null) return final
    }
  }
  return { outcome: unless(doubt, 'error'), causes: last }
}

/**
 * An earlier PUT may have succeeded although its answer was lost: the outcome is then `unknown`.
 */
function unless(doubt: boolean, outcome: DecisionOutcome): DecisionOutcome {
  return doubt ? 'unknown' : outcome
}

/** The outcome if no further try can change it; null to read the object and try again. */
function finalResult(
  error: unknown,
  causes: readonly Sentence[],
  doubt: boolean,
): DecisionResult | null {
  if (isNotFound(error)) return { outcome: unless(doubt, 'gone'), causes }
  if (isAborted(error)) return { outcome: unless(doubt, 'error'), causes }
  const refused = refusedResult(error)
  if (refused !== null && !(doubt && refused.outcome === 'throttled')) {
    return { ...refused, outcome: unless(doubt, refused.outcome), causes }
  }
  // Other 4xx are final. 5xx and network errors may pass.
  const isFinal = isKubeError(error) && error.kind === 'status' && error.status < 500
  return isFinal && !doubt ? { outcome: 'error', causes } : null
}

/** The result of a write whose identity or rate the error refuses; null for any other error. */
export function refusedResult(error: unknown): DecisionResult | null {
  // The API server was not even called.
  if (isOtherActor(error)) return { outcome: 'error', identityLost: 'actor' }
  if (isUnauthorized(error)) return { outcome: 'forbidden', identityLost: 'identity' }
  if (isForbidden(error)) return { outcome: 'forbidden' }
  if (!isThrottled(error)) return null
  return { outcome: 'throttled', retryAfterMs: retryAfterMs(error) ?? DEFAULT_WAIT_MS }
}

/** The current object if it may still be decided; otherwise the outcome. */
async function readBack(
  identity: Identity,
  name: string,
  { csr, fingerprint, signal }: DecisionRequest,
  condition: OurCondition,
): Promise<DecisionResult | { readonly object: Fields }> {
  const { body } = await call(identity, { method: 'GET', path: pathOf(name), signal })
  const now = projectCsr(body)
  if (now.uid !== csr.uid) {
    return { outcome: 'changed', causes: [cause('requestReplaced')] }
  }
  if (fingerprintOf(now) !== fingerprint || now.signerName !== csr.signerName) {
    return { outcome: 'changed', causes: [cause('otherContents')] }
  }
  if (now.conditions.some((other) => isOurs(other, condition))) {
    return decided(condition.type, now.resourceVersion)
  }
  return isPending(now) ? { object: body as Fields } : alreadyDecided(now)
}

interface OurCondition {
  readonly type: string
  readonly status: 'True'
  readonly reason: string
  readonly message: string
}

function conditionFor({ decision, message, reason }: DecisionRequest): OurCondition {
  const seen = visibleOnce(message)
  return {
    ...(decision === 'approve'
      ? { type: APPROVED, reason: REASON_APPROVE }
      : { type: DENIED, reason: REASON_DENY }),
    ...(reason === undefined ? {} : { reason }),
    status: 'True',
    message: seen.length <= LONGEST_MESSAGE ? seen : [...seen].slice(0, LONGEST_MESSAGE).join(''),
  }
}

function isOurs(other: CsrCondition, ours: OurCondition): boolean {
  return other.type === ours.type && other.reason === ours.reason && other.message === ours.message
}

/** The object unchanged, foreign conditions included, plus one condition. */
function withCondition(object: Fields, condition: OurCondition): Fields {
  const status = optionalFields(object.status, 'status')
  const conditions = [...listOf(status.conditions, 'status.conditions'), condition]
  return { ...object, status: { ...status, conditions } }
}

/**
 * Only metadata of the PUT's answer is read; an API server without support sends the whole object.
 */
const METADATA_ONLY =
  'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1,application/json'

/** Uid and version of the written object; the watch brings the rest. */
type Written = Pick<Csr, 'uid' | 'resourceVersion'> & Pick<Answer, 'auditId'>

async function put(
  identity: ActingIdentity,
  name: string,
  body: Fields,
  { signal }: DecisionRequest,
): Promise<Written> {
  const path = `${pathOf(name)}/approval`
  const answer = await call(identity, {
    method: 'PUT',
    path,
    accept: METADATA_ONLY,
    body,
    signal,
  })
  const metadata = fieldsOf(fieldsOf(answer.body, 'object').metadata, 'metadata')
  return {
    uid: requiredText(metadata.uid, 'metadata.uid'),
    resourceVersion: requiredText(metadata.resourceVersion, 'metadata.resourceVersion'),
    auditId: answer.auditId,
  }
}

function wrote({ csr, decision }: DecisionRequest, updated: Written): DecisionResult {
  const type = decision === 'approve' ? APPROVED : DENIED
  const { uid, resourceVersion, auditId } = updated
  if (uid === csr.uid) {
    const result = decided(type, resourceVersion)
    return auditId === null ? result : { ...result, auditId }
  }
  // The API server should have refused this.
  return { outcome: 'unknown', causes: [cause('anotherObjectAnswered')] }
}

function decided(type: string, resourceVersion: string): DecisionResult {
  return { outcome: type === APPROVED ? 'approved' : 'denied', resourceVersion }
}

function alreadyDecided(csr: Csr): DecisionResult {
  const message = decisionOf(csr)?.message ?? ''
  const status = csrStatus(csr)
  const said = message.slice(0, LONGEST_MESSAGE)
  const why = said === '' ? cause('decided', { status }) : cause('decidedSaying', { status, said })
  // A failed request has neither decision.
  const stands = isDenied(csr) ? 'denied' : isApproved(csr) ? 'approved' : null
  return { outcome: 'already', causes: [why], stands }
}

function pathOf(name: string): string {
  return `${groupPath(CSRS.group)}/v1/${CSRS.plural}/${segment(name)}`
}

function fingerprintOf({ request, oversized }: Csr): string {
  return oversized?.fingerprint ?? requestFingerprint(request)
}
