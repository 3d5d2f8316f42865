/** Installs what the tests miss and Debian has: Chromium, openssl, and `ip` for the kubelets' addresses. */
import { spawnSync } from 'node:child_process'
import { installedChromium } from './fixtures/chromium.ts'

/** One that can fetch the release which the module asks for: older ones do not know how (1.21). */
export function hasGo(): boolean {
  const { status, stdout } = spawnSync('go', ['env', 'GOVERSION'], { encoding: 'utf8' })
  return status === 0 && Number(/^go1\.(\d+)/.exec(stdout)?.[1]) >= 21
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
