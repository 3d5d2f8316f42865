/** The image of both programs: three layers, no shell, nothing that is not needed to run. */
import { execFileSync } from 'node:child_process'
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { packImage } from './oci-archive.ts'
import { copyProgram, type Program, ROOT } from './program.ts'
import { type SystemPackage, systemFiles } from './system-files.ts'

export interface ImageOptions {
  /** Path of Node's binary. */
  readonly node: string
  /** Folder that the archive is written into. */
  readonly output: string
}

export interface Image {
  /** Path of the OCI archive. */
  readonly archive: string
  readonly bytes: number
  /** Digest of the image's manifest, `sha256:…`. */
  readonly digest: string
  /** Path of the bill of materials, CycloneDX in JSON. */
  readonly sbom: string
}

/** Builds the image. Throws when a tool or a package is missing. */
export async function buildImage({ node, output }: ImageOptions): Promise<Image> {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-image-'))
  try {
    const system = systemFiles(join(folder, 'system'))
    copyExecutable(node, join(folder, 'node/usr/local/bin/node'))
    const program = await copyProgram(join(folder, 'program'))

    const folders = ['system', 'node', 'program'].map((name) => join(folder, name))
    const { bytes, digest } = packImage(program.version, folders)

    mkdirSync(output, { recursive: true })
    const archive = resolve(output, `countersign-${program.version}.tar`)
    const sbom = resolve(output, `countersign-${program.version}.cdx.json`)
    writeFileSync(archive, bytes)
    const bill = billOfMaterials({ ...program, system, node, digest })
    writeFileSync(sbom, `${JSON.stringify(bill, null, 2)}\n`)
    return { archive, bytes: bytes.length, digest, sbom }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function copyExecutable(from: string, to: string): void {
  mkdirSync(dirname(to), { recursive: true })
  copyFileSync(from, to)
  chmodSync(to, 0o755)
}

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
function billOfMaterials({ version, packages, system, node, digest }: Contents): object {
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
