/** The image of both programs: three layers, no shell, nothing that is not needed to run. */
import { execFileSync } from 'node:child_process'
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { type Architecture, type ImageParts, packImage } from './oci-archive.ts'
import { copyImageFiles, type Program, ROOT } from './program.ts'
import { type SystemPackage, systemFiles } from './system-files.ts'

/** Writes an image's layers into a folder. Throws when a tool or a package is missing. */
export async function imageFiles(
  folder: string,
  options: {
    /** Path of Node's binary, for that architecture. */
    readonly node: string
    readonly nodeVersion: string
    readonly architecture: Architecture
  },
): Promise<
  ImageParts & {
    /** Bill of materials of the image with that digest: CycloneDX. */
    readonly billOf: (digest: string) => object
  }
> {
  const { node, nodeVersion, architecture } = options
  const system = systemFiles(join(folder, 'system'), architecture)
  copyExecutable(node, join(folder, 'node/usr/local/bin/node'))
  const program = await copyImageFiles(join(folder, 'program'))
  return {
    version: program.version,
    architecture,
    folders: ['system', 'node', 'program'].map((name) => join(folder, name)),
    billOf: (digest) => billOfMaterials({ ...program, system, nodeVersion, digest }),
  }
}

/**
 * Builds the image for this machine's architecture into a folder, with that binary of Node. Throws when
 * a tool or a package is missing.
 */
export async function buildImage(options: {
  readonly node: string
  readonly output: string
}): Promise<{
  /** Path of the OCI archive. */
  readonly archive: string
  readonly bytes: number
  /** Digest of the image's manifest, `sha256:…`. */
  readonly digest: string
  /** Path of the bill of materials, CycloneDX in JSON. */
  readonly sbom: string
}> {
  const { node, output } = options
  const folder = mkdtempSync(join(tmpdir(), 'countersign-image-'))
  try {
    const nodeVersion = execFileSync(node, ['--version'], { encoding: 'utf8' }).trim().slice(1)
    const architecture = process.arch === 'arm64' ? 'arm64' : 'amd64'
    const { billOf, ...parts } = await imageFiles(folder, { node, nodeVersion, architecture })
    const { bytes, digest } = packImage(parts)
    mkdirSync(output, { recursive: true })
    const archive = resolve(output, `countersign-${parts.version}.tar`)
    const sbom = resolve(output, `countersign-${parts.version}.cdx.json`)
    writeFileSync(archive, bytes)
    writeFileSync(sbom, `${JSON.stringify(billOf(digest), null, 2)}\n`)
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
  readonly nodeVersion: string
  readonly digest: string
}

/** npm's bill: a component's `bom-ref` is its `name@version`. */
interface Bill {
  readonly specVersion: string
  readonly metadata: { readonly component: { readonly 'bom-ref': string } }
  readonly components: readonly {
    readonly 'bom-ref': string
    readonly name: string
    readonly scope?: string
  }[]
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn?: readonly string[] }[]
}

/**
 * CycloneDX: npm's own bill, less what the image lacks, with what it has besides. The bill is of all
 * packages: with `--omit=dev`, npm leaves out those that a tool needs as well.
 */
function billOfMaterials(contents: Contents): object {
  const { version, system, nodeVersion, digest } = contents
  const printed = execFileSync('npm', ['sbom', '--sbom-format=cyclonedx'], {
    cwd: ROOT,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const bill: Bill = JSON.parse(printed)
  const inside = packagesInside(bill, contents)
  return {
    bomFormat: 'CycloneDX',
    specVersion: bill.specVersion,
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
      ...bill.components.filter((component) => inside.has(component['bom-ref'])),
    ],
  }
}

/** The packages in the image, and those in the pages' code with all that they need. */
function packagesInside(
  { metadata, components, dependencies }: Bill,
  { packages, bundled }: Program,
): ReadonlySet<string> {
  const inside = new Set(packages)
  const known = new Map(components.map((component) => [component['bom-ref'], component]))
  const needs = new Map(dependencies.map(({ ref, dependsOn = [] }) => [ref, dependsOn]))
  const take = (ref: string) => {
    if (inside.has(ref) || known.get(ref)?.scope === 'optional') return
    inside.add(ref)
    for (const needed of needs.get(ref) ?? []) take(needed)
  }
  const direct = needs.get(metadata.component['bom-ref']) ?? []
  for (const ref of direct) if (bundled.includes(known.get(ref)?.name ?? '')) take(ref)
  return inside
}
