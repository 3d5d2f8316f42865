import type { ZodType } from 'zod'
import { cause } from '#lib/csr/cause.ts'
import { problemResponse } from '#lib/refusals/problem.ts'
import { isWithinShape, SHAPE } from '#lib/web/door/json-shape.ts'
import { longestBody, routeOf } from '#lib/web/door/route-table.ts'

/** The request's JSON body, validated whole. Repeats the gate's checks of type and length. */
export async function readBody<T>(
  request: Request,
  schema: ZodType<T>,
): Promise<{ readonly body: T } | { readonly refusal: Response }> {
  const most = longestBody(routeOf(new URL(request.url).pathname))
  const bytes = await request.arrayBuffer().catch(() => null)
  // The sender has gone and will not read the answer.
  if (bytes === null) return { refusal: problemResponse('invalidBody', cause('bodyBrokenOff')) }
  if (bytes.byteLength > most) {
    return { refusal: problemResponse('tooLarge', cause('bodyTooLarge', { bytes: most })) }
  }
  if (!isWithinShape(new Uint8Array(bytes))) {
    return { refusal: problemResponse('invalidBody', cause('bodyTooNested', SHAPE)) }
  }
  const value = parse(bytes)
  if (value === undefined) {
    return { refusal: problemResponse('invalidBody', cause('bodyNotJson')) }
  }
  const result = schema.safeParse(value)
  if (result.success) return { body: result.data }
  const issue = result.error.issues[0]
  const field = issue?.path.map(String).join('.') ?? ''
  const said = issue?.message ?? ''
  const why =
    field === '' ? cause('bodyInvalid', { said }) : cause('bodyFieldInvalid', { field, said })
  return { refusal: problemResponse('invalidBody', why) }
}

function parse(bytes: ArrayBuffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    return undefined
  }
}
