import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { ROUTES } from '#lib/server/door/route-table.ts'

const text = readFileSync(new URL('../../../docs/http-api.md', import.meta.url), 'utf8')

const calls = ROUTES.flatMap(({ path, methods }) =>
  methods.filter((method) => method !== 'HEAD').map((method) => [method, path] as const),
)

it.each(calls)('docs/http-api.md describes %s %s', (method, path) => {
  // Tables of reads alone leave GET out.
  const verb = method === 'GET' ? '(GET )?' : `${method} `
  expect(text).toMatch(new RegExp(`\`${verb}${path.replace('*', '\\{\\w+\\}')}[\`?]`))
})
