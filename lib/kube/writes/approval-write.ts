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
import type { Identity } from '#lib/kube/credentials/acting-identity.ts'
import { projectCsr } from '#lib/kube/project.ts'
import { CSRS, groupPath } from '#lib/kube/resources.ts'
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
import { call, segment } from '#lib/kube/transport/transport.ts'
import { wholeName, writableFrom } from '#lib/kube/writes/writable.ts'

/** Structurally the wire's Outcome; lib/kube may not import lib/live. */
export type DecisionOutcome =
  | 'approved'
  | 'denied'
  /** Somebody had decided before: `stands` says how, `causes` who, if it is known. */
  | 'already'
  /** Not the object that was on screen: nothing was written. */
  | 'changed'
  | 'gone'
  | 'forbidden'
  /** Nothing was written; the API server asks to wait. */
  | 'throttled'
  /** The write may have happened, and could not be read back. */
  | 'unknown'
  | 'error'

export interface DecisionRequest {
  /** The very object from the reflector's cache: a copy works too, at the price of a read. */
  readonly csr: Csr
  /** SHA-256 of the decoded `spec.request` that was on screen, lower-case hex. */
  readonly fingerprint: string
  readonly decision: 'approve' | 'deny'
  /**
   * For the condition; cut to 1,000 visible characters here. Must hold the id of the HTTP request:
   * it is how our own write is known again when its answer was lost.
   */
  readonly message: string
  /** Of the condition; else the one of a person's decision. */
  readonly reason?: string
  readonly signal?: AbortSignal
  readonly clock?: Clock
  /**
   * Asked right before each try, when nothing is waited for any more: why it is not to be done, null to go
   * on. `again`: of a further one, which may be a minute after the first.
   */
  readonly unwanted?: (again: boolean) => readonly Sentence[] | null
}

export interface DecisionResult {
  readonly outcome: DecisionOutcome
  /** What the API server said, or what was found instead; values are as they came. */
  readonly causes?: readonly Sentence[]
  /** With `already`: how it was decided. */
  readonly stands?: 'approved' | 'denied' | null
  /** After approved or denied. */
  readonly resourceVersion?: string
  /** With `throttled`: how long to wait, milliseconds. */
  readonly retryAfterMs?: number
  /** The credential is no longer accepted (401), or is somebody else's: no further item can succeed. */
  readonly identityLost?: 'identity' | 'actor'
}

const LONGEST_MESSAGE = 1_000
/** Writes tried for one decision: an API server that restarts is back before the last of them. */
const MAX_WRITES = 5
const WAITS_MS = [300, 300, 1_000, 2_000, 3_000]
/** Where the API server says "too many" without saying how long. */
const DEFAULT_WAIT_MS = 1_000

export interface DecisionIdentities {
  /** Whoever it is by then: what was done is so for everybody. */
  readonly read: Identity
  /** Of the very name that the message has, or nothing is written. */
  readonly write: Identity
}

/**
 * Writes one decision, bound to the object that was on screen: the PUT carries its uid and
 * resourceVersion, so the API server itself refuses what changed. When it does, or when an answer
 * was lost, the object is read and judged before anything else is written or said. Never rejects.
 */
export async function decide(
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
  /** A write whose answer was lost may still arrive: from then on only "read" is an answer. */
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
      // Whose the credential is may have to be asked first; nothing has been sent until then.
      await writer.connect({ renew: false })
      const why = request.unwanted?.(writes > 1) ?? null
      if (why !== null) return { outcome: unless(doubt, 'changed'), causes: why }
      const updated = await put(writer, name, withCondition(target, condition), request)
      return wrote(request, updated)
    } catch (error) {
      const wasWrite = target !== null
      target = null
      last = isOtherActor(error) && writes > 1 ? [cause('actorChangedMeanwhile')] : causesOf(error)
      if (wasWrite) doubt ||= mayHaveHappened(error)
      // A read that failed counts as a try, or a dead API server would be asked for ever.
      if (!wasWrite) writes += 1
      // Refused because it has changed: there is nothing to wait for, only to read.
      waitMs = isConflict(error) ? 0 : Math.max(WAITS_MS[writes] ?? 0, retryAfterMs(error) ?? 0)
      if (isConflict(error)) continue
      const final = finalResult(error, last, doubt)
      if (final !== null) return final
    }
  }
  return { outcome: unless(doubt, 'error'), causes: last }
}

/** What says that nothing is written now says nothing of a write before it: that one may have been. */
function unless(doubt: boolean, outcome: DecisionOutcome): DecisionOutcome {
  return doubt ? 'unknown' : outcome
}

/** The answers that no second try can change; null to read the object and go on. */
function finalResult(
  error: unknown,
  causes: readonly Sentence[],
  doubt: boolean,
): DecisionResult | null {
  if (isNotFound(error)) return { outcome: unless(doubt, 'gone'), causes }
  if (isAborted(error)) return { outcome: unless(doubt, 'error'), causes }
  // The API server was not even asked.
  if (isOtherActor(error)) return { outcome: unless(doubt, 'error'), causes, identityLost: 'actor' }
  if (isUnauthorized(error)) {
    return { outcome: unless(doubt, 'forbidden'), causes, identityLost: 'identity' }
  }
  if (isForbidden(error)) return { outcome: unless(doubt, 'forbidden'), causes }
  if (isThrottled(error) && !doubt) {
    return { outcome: 'throttled', causes, retryAfterMs: retryAfterMs(error) ?? DEFAULT_WAIT_MS }
  }
  // Any other "no" of the API server's stays one. Its failures, and the network's, may pass.
  const refused = isKubeError(error) && error.kind === 'status' && error.status < 500
  return refused && !isThrottled(error) && !doubt ? { outcome: 'error', causes } : null
}

/** The object as it is now, if it may still be decided; else why not. */
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

/** Everything as it was, foreign conditions too, and one condition more. */
function withCondition(object: Fields, condition: OurCondition): Fields {
  const status = optionalFields(object.status, 'status')
  const conditions = [...listOf(status.conditions, 'status.conditions'), condition]
  return { ...object, status: { ...status, conditions } }
}

/** Of the answer to a PUT nothing else is read; an API server that cannot sends the whole object. */
const METADATA_ONLY =
  'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1,application/json'

/** Which object it was, and which state of it; the rest comes by the watch. */
type Written = Pick<Csr, 'uid' | 'resourceVersion'>

async function put(
  identity: Identity,
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
  }
}

function wrote({ csr, decision }: DecisionRequest, updated: Written): DecisionResult {
  const type = decision === 'approve' ? APPROVED : DENIED
  if (updated.uid === csr.uid) return decided(type, updated.resourceVersion)
  // The API server promised to refuse this.
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
  // One that its signer has failed is neither.
  const stands = isDenied(csr) ? 'denied' : isApproved(csr) ? 'approved' : null
  return { outcome: 'already', causes: [why], stands }
}

function pathOf(name: string): string {
  return `${groupPath(CSRS.group)}/v1/${CSRS.plural}/${segment(name)}`
}

function fingerprintOf({ request, oversized }: Csr): string {
  return oversized?.fingerprint ?? requestFingerprint(request)
}
