import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

const MAIN = fileURLToPath(new URL('./main.ts', import.meta.url))
const LIST = `
  import { registerHooks } from 'node:module'
  const loaded = []
  registerHooks({ load: (url, context, next) => (loaded.push(url), next(url, context)) })
  process.on('exit', () => console.log([...process.moduleLoadList, ...loaded].join()))`

it('the approver starts without the dashboard’s floors, fetch, CEL and the entry of prom-client', () => {
  const args = ['--import', `data:text/javascript,${encodeURIComponent(LIST)}`, MAIN, '--help']
  const loaded = execFileSync(process.execPath, args, { encoding: 'utf8' })
  expect(loaded).toContain('NativeModule http,')
  expect(loaded).not.toContain('deps/undici')
  expect(loaded).toContain('/undici/lib/dispatcher/agent.js')
  expect(loaded).not.toMatch(/undici\/(index|lib\/(web|mock|cache))/)
  expect(loaded).toContain('/lib/policy/read-policy.ts')
  expect(loaded).not.toMatch(/@bufbuild|cel-rule/)
  expect(loaded).toContain('/lib/act/approver.ts')
  // The approver has no code that denies.
  expect(loaded).not.toMatch(/\/lib\/(people|journal|web|refusals)\/|decision-service/)
  expect(loaded).toContain('/prom-client/lib/gauge.js')
  expect(loaded).not.toMatch(/@opentelemetry|prom-client\/(index|lib\/(metrics|cluster))/)
})
