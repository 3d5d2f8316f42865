import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { go, hasGo, NO_GO } from '#sandbox/control-plane/go.ts'

let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'go-'))
  vi.stubEnv('PATH', folder)
})

afterEach(() => {
  vi.unstubAllEnvs()
  rmSync(folder, { recursive: true })
})

/** Installs a `go` on PATH. */
function installGo(script: string): void {
  const path = join(folder, 'go')
  writeFileSync(path, `#!/bin/sh\n${script}\n`)
  chmodSync(path, 0o755)
}

describe('whether a Go that can build is installed', () => {
  it.each<[string, boolean]>([
    ['go1.19.8', false],
    ['go1.20.14', false],
    ['go1.21.0', true],
    ['go1.26.8', true],
    ['devel +1234567', false],
  ])('%s: %s', (version, expected) => {
    installGo(`echo '${version}'`)
    expect(hasGo()).toBe(expected)
  })

  it('is false without Go', () => {
    expect(hasGo()).toBe(false)
  })
})

describe('a build', () => {
  it('without Go names the version needed', async () => {
    await expect(go(['build'], { cwd: folder })).rejects.toThrow(NO_GO)
  })

  it.each(['local', 'path', ''])('may fetch the release where GOTOOLCHAIN is “%s”', async (set) => {
    vi.stubEnv('GOTOOLCHAIN', set)
    installGo('test "$GOTOOLCHAIN" = auto')
    await expect(go(['build'], { cwd: folder })).resolves.toBeUndefined()
  })

  it('fails as the compiler does', async () => {
    installGo('exit 2')
    await expect(go(['build'], { cwd: folder })).rejects.toThrow('go build failed (2)')
  })
})
