/** The image of both programs: three layers, no shell, nothing that is not needed to run. */
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { gzipSync } from 'node:zlib'
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

interface Blob {
  readonly mediaType: string
  readonly digest: string
  readonly size: number
}

/** Uid and gid of the process; any other uid works as well. */
const USER = 65_532
const ARCHITECTURES: Readonly<Record<string, string>> = { x64: 'amd64', arm64: 'arm64' }

/** Builds the image. Throws when a tool or a package is missing. */
export async function buildImage({ node, output }: ImageOptions): Promise<Image> {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-image-'))
  try {
    const layout = join(folder, 'layout')
    mkdirSync(join(layout, 'blobs/sha256'), { recursive: true })
    const store = (mediaType: string, bytes: Buffer): Blob => {
      const digest = digestOf(bytes)
      writeFileSync(join(layout, 'blobs', digest.replace(':', '/')), bytes)
      return { mediaType, digest, size: bytes.length }
    }
    const storeJson = (mediaType: string, value: object) =>
      store(mediaType, Buffer.from(JSON.stringify(value)))

    const system = systemFiles(join(folder, 'system'))
    copyExecutable(node, join(folder, 'node/usr/local/bin/node'))
    const program = await copyProgram(join(folder, 'program'))

    const layers = ['system', 'node', 'program'].map((name) => {
      const tar = tarOf(join(folder, name))
      const blob = store('application/vnd.oci.image.layer.v1.tar+gzip', gzipSync(tar))
      return { blob, diffId: digestOf(tar) }
    })
    const { version } = program
    const config = storeJson('application/vnd.oci.image.config.v1+json', {
      architecture: ARCHITECTURES[process.arch],
      os: 'linux',
      config: {
        User: `${USER}:${USER}`,
        Env: ['PATH=/usr/local/bin', 'NODE_ENV=production'],
        Cmd: ['countersign'],
        WorkingDir: '/app',
        Labels: {
          'org.opencontainers.image.title': 'countersign',
          'org.opencontainers.image.version': version,
          'org.opencontainers.image.licenses': 'Apache-2.0',
        },
      },
      rootfs: {
        type: 'layers',
        diff_ids: layers.map(({ diffId }) => diffId),
      },
    })
    const mediaType = 'application/vnd.oci.image.manifest.v1+json'
    const manifest = storeJson(mediaType, {
      schemaVersion: 2,
      mediaType,
      config,
      layers: layers.map(({ blob }) => blob),
    })
    const annotations = { 'org.opencontainers.image.ref.name': version }
    writeFileSync(join(layout, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}')
    writeFileSync(
      join(layout, 'index.json'),
      JSON.stringify({ schemaVersion: 2, manifests: [{ ...manifest, annotations }] }),
    )

    mkdirSync(output, { recursive: true })
    const archive = resolve(output, `countersign-${version}.tar`)
    const sbom = resolve(output, `countersign-${version}.cdx.json`)
    writeFileSync(archive, tarOf(layout))
    const bill = billOfMaterials({ ...program, system, node, digest: manifest.digest })
    writeFileSync(sbom, `${JSON.stringify(bill, null, 2)}\n`)
    return { archive, bytes: statSync(archive).size, digest: manifest.digest, sbom }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function digestOf(bytes: Buffer): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`
}

function copyExecutable(from: string, to: string): void {
  mkdirSync(dirname(to), { recursive: true })
  copyFileSync(from, to)
  chmodSync(to, 0o755)
}

/** A tar archive of a folder in which nothing tells when, where or by whom it was made. */
function tarOf(folder: string): Buffer {
  return execFileSync(
    'tar',
    [
      ...['--create', '--file=-', '--format=ustar', '--sort=name', '--mtime=@0'],
      ...['--owner=0', '--group=0', '--numeric-owner', '--mode=u=rwX,go=rX'],
      ...['--directory', folder, '.'],
    ],
    { maxBuffer: 1024 * 1024 * 1024 },
  )
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
