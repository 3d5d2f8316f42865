import { cause } from '#lib/csr/cause.ts'
import type { FinishedSignIn } from '#lib/people/people.ts'
import { problemResponse } from '#lib/refusals/problem.ts'

export function redirected({ location, cookies }: FinishedSignIn): Response {
  const headers = new Headers({ location, 'cache-control': 'no-store' })
  for (const cookie of cookies) headers.append('set-cookie', cookie)
  return new Response(null, { status: 302, headers })
}

/** The answer where no provider is configured. */
export function nowhere(): Response {
  return problemResponse('notFound', cause('nothingHere'))
}
