import { createHash } from 'node:crypto'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Files from which the pages are built. */
const SOURCE = [
  '{app,components,lib,public}/**/*.*',
  '{CHANGELOG,docs/*,docs/ja/*}.md',
  'instrumentation-client.ts',
  '{next,postcss}.config.js',
  '{package-lock,tsconfig}.json',
]

/** Name of the source in this folder: 32 hexadecimal digits of a digest of its files. */
export function sourceDigest(folder: string): string {
  const digest = createHash('sha256')
  for (const path of globSync(SOURCE, { cwd: folder }).sort()) {
    const bytes = readFileSync(join(folder, path))
    digest.update(`${path} ${bytes.length}\n`).update(bytes)
  }
  return digest.digest('hex').slice(0, 32)
}
