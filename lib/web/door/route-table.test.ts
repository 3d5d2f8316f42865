import { globSync, readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { expect, it } from 'vitest'
import { longestBody, ROUTES, STATIC_PAGES } from '#lib/web/door/route-table.ts'

const text = readFileSync(new URL('../../../docs/http-api.md', import.meta.url), 'utf8')

const calls = ROUTES.flatMap(({ path, methods }) =>
  methods.filter((method) => method !== 'HEAD').map((method) => [method, path] as const),
)

it.each(calls)('docs/http-api.md describes %s %s', (method, path) => {
  // The documents leave out GET in tables that only have reads.
  const verb = method === 'GET' ? '(GET )?' : `${method} `
  expect(text).toMatch(new RegExp(`\`${verb}${path.replace('*', '\\{\\w+\\}')}[\`?]`))
})

it('the longest body is 1 KiB for {} or a flag, and 1 MiB for decisions, runs and documents', () => {
  const bounded = ROUTES.filter(({ methods }) => methods.includes('POST'))
  const ofSize = (bytes: number) =>
    bounded.filter((route) => longestBody(route) === bytes).map(({ path }) => path)
  expect({
    1024: ofSize(1024),
    16384: ofSize(16 * 1024),
    65536: ofSize(64 * 1024),
    1048576: ofSize(1024 * 1024),
  }).toEqual({
    1024: [
      ...['/api/session/in-view', '/api/alarms/dismiss'],
      ...['/api/notifications/test', '/api/notifications/again'],
      ...['pause', 'resume', 'goOn', 'stop', 'dismiss'].map((act) => `/api/runs/*/${act}`),
      ...['/api/nodes/kubelets', '/api/retry', '/api/policy/pause', '/api/policy/release'],
    ],
    16384: ['/api/session'],
    65536: ['/api/nodes/in-view', '/api/preferences'],
    1048576: [
      ...['/api/plans', '/api/runs', '/api/decisions', '/api/expected', '/api/expected/preview'],
      ...['/api/policy', '/api/policy/preview'],
    ],
  })
})

it('every POST with a session is an act, but for those that another limit bounds', () => {
  const others = ROUTES.filter(
    ({ methods, open, isAct }) =>
      methods.includes('POST') && open === 'withKey' && isAct === undefined,
  )
  expect(others.map(({ path }) => path)).toEqual([
    ...['/api/session/in-view', '/api/plans', '/api/decisions', '/api/nodes/kubelets'],
    ...['/api/nodes/in-view', '/api/preferences', '/api/retry', '/api/expected/preview'],
    '/api/policy/preview',
  ])
})

it('docs/http-api.md has the length of every body', () => {
  const [, after = ''] = text.split('### Length of a body')
  const [section = ''] = after.split('\n### ')
  const documented = section.split('\n').flatMap((line) => {
    const [, calls = '', size = ''] = line.split('|')
    const [most = '', ofOthers = most] = size.match(/\d+ [KM]iB/g) ?? []
    return [...calls.matchAll(/`(\/[^`]+)`/g)].map(([, path]) => [path, most, ofOthers])
  })
  const bounded = ROUTES.filter(({ body }) => body !== undefined).map((route) => [
    route.path.replace(/\/\*\/\w+$/, '/{id}/{act}'),
    shown(longestBody(route)),
    shown(route.body ?? 0),
  ])
  const once = (rows: readonly unknown[]) => [...new Set(rows.map(String))].sort()
  expect(once(documented)).toEqual(once(bounded))
})

const shown = (bytes: number) =>
  bytes < 2 ** 20 ? `${bytes / 2 ** 10} KiB` : `${bytes / 2 ** 20} MiB`

it('the table has every page without a parameter, and every document of the guide', () => {
  const app = new URL('../../../app/', import.meta.url)
  const pages = globSync('**/page.tsx', { cwd: app }).filter((path) => !path.includes('['))
  const addresses = pages.map((path) => `/${path.replace(/\/?page\.tsx$/, '')}`)
  const documents = globSync('*.md', { cwd: new URL('../../../docs/', import.meta.url) })
  const names = ['changelog', ...documents.map((path) => basename(path, '.md'))]
  const all = [...addresses, ...names.map((name) => `/guide/${name}`)]
  expect(new Set(all)).toEqual(STATIC_PAGES)
})
