/** The C libraries that Node needs, out of Debian's packages. */
import { execFileSync } from 'node:child_process'
import { cpSync, globSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

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
const PASSWD = 'root:x:0:0:root:/:/none\ncountersign:x:65532:65532:countersign:/:/none\n'

/** Puts them into a folder, with an empty /tmp. Throws when Debian's tools are missing. */
export function systemFiles(folder: string): readonly SystemPackage[] {
  const work = mkdtempSync(join(tmpdir(), 'countersign-system-'))
  try {
    const asRoot = ['--option', 'APT::Sandbox::User=root']
    execFileSync('apt-get', ['download', '--quiet=2', ...asRoot, ...PACKAGES], { cwd: work })
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
