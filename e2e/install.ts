/** Installs what the tests miss and Debian has: Chromium, openssl, and `ip` for the kubelets' addresses. */
import { spawnSync } from 'node:child_process'
import { installedChromium } from './fixtures/chromium.ts'

export function hasGo(): boolean {
  return says('go', ['version'])
}

function says(command: string, args: readonly string[]): boolean {
  return spawnSync(command, args, { stdio: 'ignore' }).status === 0
}

function aptGet(...args: readonly string[]): void {
  const sudo = process.getuid?.() === 0 ? [] : ['sudo', '-n']
  const [file = '', ...rest] = [...sudo, 'apt-get', ...args]
  spawnSync(file, rest, {
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  })
}

if (import.meta.main) {
  const packages = [
    ...(installedChromium() ? [] : ['chromium-headless-shell', 'fonts-noto-cjk']),
    ...(says('openssl', ['version']) ? [] : ['openssl']),
    ...(hasGo() && !says('ip', ['-V']) ? ['iproute2'] : []),
  ]
  if (packages.length > 0) {
    aptGet('update', '-q')
    aptGet('install', '-y', '-q', '--no-install-recommends', ...packages)
  }
}
