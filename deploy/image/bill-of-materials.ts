import { execFileSync } from 'node:child_process'
import { type Program, ROOT } from './program.ts'
import type { SystemPackage } from './system-files.ts'

interface Contents extends Program {
  readonly system: readonly SystemPackage[]
  /** Path of Node's binary. */
  readonly node: string
  readonly digest: string
}

interface Component {
  readonly name: string
  readonly group?: string
  readonly [field: string]: unknown
}

/** CycloneDX: npm's own bill, less what the image lacks, with what it has besides. */
export function billOfMaterials({ version, packages, system, node, digest }: Contents): object {
  const printed = execFileSync('npm', ['sbom', '--sbom-format=cyclonedx', '--omit=dev'], {
    cwd: ROOT,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const { specVersion, components } = JSON.parse(printed) as {
    specVersion: string
    components: readonly Component[]
  }
  const isInside = ({ group, name }: Component) =>
    packages.includes(group === undefined || group === '' ? name : `${group}/${name}`)
  const nodeVersion = execFileSync(node, ['--version'], { encoding: 'utf8' }).trim().slice(1)
  return {
    bomFormat: 'CycloneDX',
    specVersion,
    version: 1,
    metadata: { component: { type: 'container', name: 'countersign', version: digest } },
    components: [
      { type: 'application', name: 'countersign', version },
      {
        type: 'application',
        name: 'node',
        version: nodeVersion,
        purl: `pkg:generic/node@${nodeVersion}`,
      },
      ...system.map((one) => ({
        type: 'library',
        ...one,
        purl: `pkg:deb/debian/${encodeURIComponent(one.name)}@${encodeURIComponent(one.version)}`,
      })),
      ...components.filter(isInside),
    ],
  }
}
