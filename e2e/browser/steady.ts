import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { cache, go, withLock } from '#sandbox/control-plane/go.ts'

const module = fileURLToPath(new URL('.', import.meta.url))

/** Path of the program that starts this browser without news of addresses: see main.go. */
export function steadyPath(browser: string): string {
  const hash = createHash('sha256').update(browser).update(process.arch)
  for (const name of ['main.go', 'go.mod']) hash.update(readFileSync(join(module, name)))
  const version = hash.digest('hex').slice(0, 16)
  return join(cache, 'bin', `browser-${version}`, basename(browser))
}

/** Builds it where it is missing, which takes seconds. Throws without Go. */
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
