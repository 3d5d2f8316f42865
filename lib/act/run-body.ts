import { z } from 'zod'
import { decidesAs, decisionNote, followMinutes, identifier } from '#lib/act/decision-body.ts'
import { ROLE_GROUPS } from '#lib/csr/machine/role-rank.ts'
import { MOST_DENIED, RUN_ACTS } from '#lib/wire/run-answers.ts'

/** The body of `POST /api/plans`. */
export const planBody = z.strictObject({
  selection: z.union([z.enum(['safe', 'returning']), z.array(identifier).min(1).max(MOST_DENIED)]),
})

/** Choices of a person in a plan's dialog. */
export const runOptions = z.strictObject({
  verified: z.boolean(),
  plausible: z.boolean(),
  rebootstrapping: z.boolean(),
  superseded: z.boolean(),
  followMinutes: followMinutes.nullable(),
  roles: z.array(z.enum(ROLE_GROUPS)).max(ROLE_GROUPS.length).readonly().optional(),
  knowsShutdown: z.boolean().optional(),
})

const approval = z.strictObject({
  plan: identifier,
  options: runOptions,
  note: decisionNote,
  as: decidesAs,
})

const denial = z.strictObject({
  deny: z.array(identifier).min(1).max(MOST_DENIED),
  note: decisionNote,
  as: decidesAs,
})

/** The body of `POST /api/runs`. */
export const runBody = z.union([approval, denial])

/** The body of `POST /api/runs/{id}/goOn`: the group that the person saw waiting. */
export const goOnBody = z.strictObject({ next: z.enum(ROLE_GROUPS) })

/** The body of any other act. */
export const actBody = z.strictObject({})

/** The last segment of `POST /api/runs/{id}/{act}`. */
export const runAct = z.enum(RUN_ACTS)
