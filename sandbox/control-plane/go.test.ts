import { spawn } from 'node:child_process'
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { go, goBuild, hasGo, NO_GO } from '#sandbox/control-plane/go.ts'

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
  ])('a Go of version %s can build: %s', (version, expected) => {
    installGo(`echo '${version}'`)
    expect(hasGo()).toBe(expected)
  })

  it('no Go can build where none is installed', () => {
    expect(hasGo()).toBe(false)
  })
})

describe('a build', () => {
  it('a build without Go names the version needed', async () => {
    await expect(go(['build'], { cwd: folder })).rejects.toThrow(NO_GO)
  })

  it.each(['local', 'path', ''])(
    'a build may fetch the release where GOTOOLCHAIN is “%s”',
    async (set) => {
      vi.stubEnv('GOTOOLCHAIN', set)
      installGo('test "$GOTOOLCHAIN" = auto')
      await expect(go(['build'], { cwd: folder })).resolves.toBeUndefined()
    },
  )

  it('a build fails as the compiler does', async () => {
    installGo('exit 2')
    await expect(go(['build'], { cwd: folder })).rejects.toThrow('go build failed (2)')
  })

  it('a build reports how many of its packages are begun, and passes on all other lines', async () => {
    installGo(`case "$1" in
list) printf 'a\\nb\\nc\\n';;
build) printf 'a\\nb.go:1: unused\\nb\\nc\\n' >&2;;
esac`)
    const said: string[] = []
    vi.spyOn(process.stderr, 'write').mockImplementation((text) => said.push(String(text)) > 0)
    await goBuild(join(folder, 'program'), [], { cwd: folder })
    vi.restoreAllMocks()
    expect(said).toEqual([
      '[go] 1 of 3 packages\n',
      'b.go:1: unused\n',
      '[go] 2 of 3 packages\n',
      '[go] 3 of 3 packages, then they are linked\n',
    ])
  })

  it.each<NodeJS.Signals>(['SIGINT', 'SIGTERM', 'SIGKILL'])(
    'a build ends with its children when the program gets %s',
    async (signal) => {
      const file = join(folder, 'pids')
      installGo(`echo $$ > ${file}; /bin/sh -c 'echo $$ >> ${file}; exec /bin/sleep 60'; true`)
      const program = fileURLToPath(new URL('go.ts', import.meta.url))
      const script = `import { go } from '${program}'; await go(['build'], { cwd: '/' })`
      const child = spawn(process.execPath, ['--input-type=module-typescript', '--eval', script])
      const pids = () => (existsSync(file) ? readFileSync(file, 'utf8').match(/\d+/g) : []) ?? []
      await expect.poll(() => pids().length, { timeout: 10_000 }).toBe(2)
      child.kill(signal)
      await expect.poll(() => pids().filter(isRunning), { timeout: 10_000 }).toEqual([])
    },
  )
})

function isRunning(pid: string): boolean {
  try {
    return process.kill(Number(pid), 0)
  } catch {
    return false
  }
}
