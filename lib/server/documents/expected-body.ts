import { z } from 'zod'
import type { ExpectedBody, ExpectedDraft } from '#lib/live/expected.ts'

const text = z.string()

/** The body of `POST /api/expected/preview`; the list's reader bounds its size. */
export const expectedDraft: z.ZodType<ExpectedDraft> = z.strictObject({ text })

/** The body of `POST /api/expected`. */
export const expectedBody: z.ZodType<ExpectedBody> = z.strictObject({
  text,
  version: z
    .string()
    .regex(/^[0-9a-f]{64}$/, 'must be the version that was read')
    .nullable(),
})
