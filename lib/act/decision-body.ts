import { z } from 'zod'
import { VERDICTS } from '#lib/csr/model.ts'
import { TRUST_LEVELS } from '#lib/csr/policy/trust.ts'
import { LONGEST_ROW_NAME } from '#lib/csr/reading/cut-text.ts'
import { boundedName } from '#lib/kube/objects/bounds.ts'
import { MOST_FOLLOW_MINUTES } from '#lib/wire/run-answers.ts'
import { DECISION_LIMIT } from '#lib/wire/wire.ts'

/** An identifier: longer than any of the API server, short enough for an error text. */
export const identifier = z.string().min(1).max(1024)

/** Username of the decider, by the API server or the kubeconfig. */
export const decidesAs = z.string().max(1024).optional()

export const followMinutes = z.number().int().min(1).max(MOST_FOLLOW_MINUTES)

export const decisionNote = z.string().max(1000).optional()

/** The request's state that the person saw. */
const saw = z.strictObject({
  status: z.string().max(256),
  verdict: z.enum(VERDICTS).nullable(),
  failing: z.array(z.string().max(64)).max(64).readonly(),
  superseded: z.boolean().optional(),
})

/** The name as it is, or as rows have it: what is recorded of it is bounded. */
function rowName(name: string): string {
  return name.length <= LONGEST_ROW_NAME ? name : boundedName(name)
}

/** The uid identifies the request. A script may add its name, which then has to match. */
const item = z.strictObject({
  name: z.string().min(1).transform(rowName).optional(),
  uid: identifier,
  resourceVersion: identifier,
  /**
   * The state that the person saw; without it the request must have exactly this resourceVersion.
   */
  saw: saw.optional(),
  confirm: z.string().max(1024).optional(),
})

/** The body of `POST /api/decisions`; refused whole for any missing, unknown or duplicate part. */
export const decisionBody = z.strictObject({
  decision: z.enum(['approve', 'deny']),
  accept: z.enum(TRUST_LEVELS).optional(),
  note: decisionNote,
  as: decidesAs,
  /** Minutes to follow the machine of the client requests once the first of them is approved. */
  followMinutes: followMinutes.optional(),
  items: z
    .array(item)
    .min(1)
    .max(DECISION_LIMIT)
    .refine((items) => new Set(items.map(({ uid }) => uid)).size === items.length, {
      message: 'the same uid twice',
    })
    .readonly(),
})

type Body = Readonly<z.infer<typeof decisionBody>>

/** Input of the decision service: a body, or a run's batch. */
export interface DecisionOrder extends Omit<Body, 'items'> {
  /** Id of the run, for a run's batch. */
  readonly run?: string
  readonly items: readonly DecisionOrderItem[]
}

export type DecisionOrderItem = Readonly<Body['items'][number]> & {
  /** Whether a run added the request when it arrived: its person has not seen it. */
  readonly followed?: boolean
  /** Uid of the newest request of the same run, where this one is its older duplicate. */
  readonly duplicateOf?: string
}
