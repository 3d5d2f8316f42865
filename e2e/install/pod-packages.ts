/** Debian's packages that a machine runs Pods with. */
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'

/** Folder of the CNI plugins. */
export const CNI_PLUGINS = '/usr/lib/cni'

/** Each package with a file that it installs. */
const PACKAGES: Readonly<Record<string, string>> = {
  containerd: 'containerd',
  runc: 'runc',
  nftables: 'nft',
  'containernetworking-plugins': join(CNI_PLUGINS, 'ptp'),
}

/** Missing packages; none on a machine that cannot run Pods in any case. */
export function packagesForPods(): readonly string[] {
  if (process.getuid?.() !== 0) return []
  return Object.keys(PACKAGES).filter((name) => !isInstalled(PACKAGES[name] ?? name))
}

/** Reason that no Pod can run here; null where one can. */
export function whyNoPods(): string | null {
  if (process.getuid?.() !== 0) return 'a machine that runs Pods needs root'
  const missing = packagesForPods()
  return missing.length === 0 ? null : `a machine that runs Pods needs ${missing.join(', ')}`
}

function isInstalled(program: string): boolean {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin']
  return (program.startsWith('/') ? [''] : folders).some((folder) =>
    existsSync(join(folder, program)),
  )
}
