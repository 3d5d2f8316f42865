import { z } from 'zod'
import type { DocumentBody, DocumentDraft } from '#lib/wire/document.ts'

/** The gate bounds the body as a whole; how long a document may be is for its parser to say. */
const text = z.string()

/** The body of a preview. */
export const documentDraft: z.ZodType<DocumentDraft> = z.strictObject({ text })

/** The body of a save. */
export const documentBody: z.ZodType<DocumentBody> = z.strictObject({
  text,
  version: z
    .string()
    .regex(/^[0-9a-f]{64}$/, 'must be the version that was read')
    .nullable(),
})
