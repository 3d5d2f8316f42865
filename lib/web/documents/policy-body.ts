import { z } from 'zod'
import { WHY_LIMIT } from '#lib/csr/policy/stop-text.ts'
import { index, ranged } from '#lib/web/views/rows/view-query.ts'
import { COMPARED, SHADOW_ROWS } from '#lib/wire/policy-answers.ts'

export const pauseBody = z.strictObject({
  paused: z.boolean(),
  why: z.string().trim().max(WHY_LIMIT).default(''),
})

/** Query of `GET /api/policy/forecast`. */
export const shadowQuery = z
  .strictObject({
    show: z.enum(COMPARED).nullable().default(null),
    q: z.string().max(200).default(''),
    from: index,
    to: index,
  })
  .transform((asked, context) => ranged(asked, context, { rows: SHADOW_ROWS, most: SHADOW_ROWS }))
