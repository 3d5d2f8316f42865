import { z } from 'zod'
import type { DocumentBody, DocumentDraft } from '#lib/wire/document.ts'

/** The gate limits the body as a whole; the document's parser limits the document. */
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
