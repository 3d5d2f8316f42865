import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

const cwd = fileURLToPath(new URL('..', import.meta.url))

/** Script that Next runs once it has read the configuration, for any of its commands. */
const ASK = `
  await import('./next.config.js')
  const { Telemetry } = (await import('next/dist/telemetry/storage.js')).default
  const telemetry = new Telemetry({ distDir: process.argv[1] })
  process.stdout.write(String(telemetry.isEnabled))
`

it('the build sends nothing to the makers of Next, whatever the environment says', () => {
  const distDir = mkdtempSync(join(tmpdir(), 'telemetry-'))
  try {
    for (const said of [undefined, '']) {
      const env = { ...process.env, NEXT_TELEMETRY_DISABLED: said }
      const args = ['--input-type=module', '--eval', ASK, distDir]
      const answer = execFileSync(process.execPath, args, { cwd, env, encoding: 'utf8' })
      expect(answer).toBe('false')
    }
  } finally {
    rmSync(distDir, { recursive: true })
  }
})
