/** The C libraries that Node needs, out of Debian's packages. */
import { execFileSync } from 'node:child_process'
import { cpSync, globSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import type { Architecture } from './oci-archive.ts'

export interface SystemPackage {
  readonly name: string
  readonly version: string
}

const PACKAGES = ['libc6', 'libgcc-s1', 'libstdc++6']
/** Libraries and the loader, not the helpers of a whole system; each package's licence. */
const NEEDED = [
  'lib*/**/{ld-*,lib*}.so*',
  'usr/lib/**/{ld-*,lib*}.so*',
  'usr/share/doc/*/copyright',
]
const AS_ROOT = ['--option', 'APT::Sandbox::User=root']
const PASSWD = 'root:x:0:0:root:/:/none\ncountersign:x:65532:65532:countersign:/:/none\n'

/**
 * Puts those for a processor into a folder, with an empty /tmp. Throws when Debian's tools are missing.
 */
export function systemFiles(folder: string, architecture: Architecture): readonly SystemPackage[] {
  const work = mkdtempSync(join(tmpdir(), 'countersign-system-'))
  try {
    const options = isOwn(architecture) ? AS_ROOT : [...AS_ROOT, ...listsOf(architecture, work)]
    execFileSync('apt-get', ['download', '--quiet=2', ...options, ...PACKAGES], { cwd: work })
    const archives = globSync('*.deb', { cwd: work }).sort()
    for (const archive of archives) {
      const whole = join(work, 'whole', archive)
      mkdirSync(whole, { recursive: true })
      execFileSync('dpkg-deb', ['--extract', archive, whole], { cwd: work })
      for (const path of NEEDED.flatMap((pattern) => globSync(pattern, { cwd: whole }))) {
        cpSync(join(whole, path), join(folder, path), { verbatimSymlinks: true })
      }
    }
    mkdirSync(join(folder, 'etc'), { recursive: true })
    mkdirSync(join(folder, 'tmp'))
    writeFileSync(join(folder, 'etc/passwd'), PASSWD)
    return archives.map((archive) => {
      const field = (name: string) =>
        execFileSync('dpkg-deb', ['--field', archive, name], { cwd: work, encoding: 'utf8' }).trim()
      return { name: field('Package'), version: field('Version') }
    })
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
}

function isOwn(architecture: Architecture): boolean {
  const own = execFileSync('dpkg', ['--print-architecture'], { encoding: 'utf8' })
  return own.trim() === architecture
}

/** Reads Debian's lists of packages for another processor, apart from the system's own. */
function listsOf(architecture: Architecture, work: string): readonly string[] {
  const state = join(work, 'apt')
  mkdirSync(join(state, 'lists/partial'), { recursive: true })
  const options = [
    ...['--option', `APT::Architecture=${architecture}`],
    ...['--option', `APT::Architectures=${architecture}`],
    ...['--option', `Dir::State=${state}`],
    ...['--option', `Dir::State::status=${join(state, 'status')}`],
    ...['--option', `Dir::Cache=${state}`],
  ]
  writeFileSync(join(state, 'status'), '')
  execFileSync('apt-get', ['update', '--quiet=2', ...AS_ROOT, ...options])
  return options
}
