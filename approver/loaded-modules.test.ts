import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

const MAIN = fileURLToPath(new URL('./main.ts', import.meta.url))
const LIST = `process.on('exit', () => console.log(process.moduleLoadList.join()))`

it('the approver does not load Node’s own fetch, which takes 10 MB', () => {
  const args = ['--import', `data:text/javascript,${encodeURIComponent(LIST)}`, MAIN, '--help']
  const loaded = execFileSync(process.execPath, args, { encoding: 'utf8' })
  expect(loaded).toContain('NativeModule http,')
  expect(loaded).not.toContain('deps/undici')
})
