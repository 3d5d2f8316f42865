import { z } from 'zod'
import { VERDICTS } from '#lib/csr/model.ts'
import { TRUST_LEVELS } from '#lib/csr/policy/trust.ts'
import { MOST_FOLLOW_MINUTES } from '#lib/live/run-answers.ts'
import { DECISION_LIMIT } from '#lib/live/wire.ts'

/** Longer than any the API server gives out, short enough to be told in an error. */
export const identifier = z.string().min(1).max(1024)

/** Who decides, as the API server names them, or the kubeconfig. */
export const decidesAs = z.string().max(1024).optional()

export const followMinutes = z.number().int().min(1).max(MOST_FOLLOW_MINUTES)

export const decisionNote = z.string().max(1000).optional()

/** The request as the person saw it. */
const saw = z.strictObject({
  status: z.string().max(256),
  verdict: z.enum(VERDICTS).nullable(),
  failing: z.array(z.string().max(64)).max(64),
})

/** The uid says which request it is. A script may add its name, which has to be its own then. */
const item = z.strictObject({
  name: z.string().min(1).optional(),
  uid: identifier,
  resourceVersion: identifier,
  /** Without it the request has to be at exactly this resourceVersion. */
  saw: saw.optional(),
  confirm: z.string().max(1024).optional(),
})

/** The body of `POST /api/decisions`: anything more, less, or twice, and nothing is done. */
export const decisionBody = z.strictObject({
  decision: z.enum(['approve', 'deny']),
  accept: z.enum(TRUST_LEVELS).optional(),
  note: decisionNote,
  as: decidesAs,
  /** Once the one client request of this order is approved, its machine is followed for so long. */
  followMinutes: followMinutes.optional(),
  items: z
    .array(item)
    .min(1)
    .max(DECISION_LIMIT)
    .refine((items) => new Set(items.map(({ uid }) => uid)).size === items.length, {
      message: 'the same uid twice',
    }),
})

type Deep<Value> = Value extends object
  ? { readonly [Key in keyof Value]: Deep<Value[Key]> }
  : Value
type Body = Deep<z.infer<typeof decisionBody>>

/** What the server decides: a body, or a batch of a run. */
export interface DecisionOrder extends Omit<Body, 'items'> {
  /** Of a run's batch. */
  readonly run?: string
  readonly items: readonly DecisionOrderItem[]
}

export type DecisionOrderItem = Body['items'][number] & {
  /** A run took it up as it arrived: its person has not seen it. */
  readonly followed?: boolean
}
