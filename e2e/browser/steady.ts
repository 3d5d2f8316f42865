import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { cache, go, withLock } from '#sandbox/control-plane/go.ts'

const module = fileURLToPath(new URL('.', import.meta.url))

/** Where the program is, or would be, that begins this browser deaf to new addresses: see main.go. */
export function steadyPath(browser: string): string {
  const hash = createHash('sha256').update(browser).update(process.arch)
  for (const name of ['main.go', 'go.mod']) hash.update(readFileSync(join(module, name)))
  const version = hash.digest('hex').slice(0, 16)
  return join(cache, 'bin', `browser-${version}`, basename(browser))
}

/** Builds it, which takes seconds, where it is not there yet. Throws without Go. */
export async function buildSteady(browser: string): Promise<void> {
  const path = steadyPath(browser)
  if (existsSync(path)) return
  mkdirSync(dirname(path), { recursive: true })
  await withLock(join(cache, 'bin', 'browser.building'), async () => {
    if (existsSync(path)) return
    await go(['build', `-ldflags=-s -w -X main.browser=${browser}`, '-o', path, '.'], {
      cwd: module,
    })
  })
}
