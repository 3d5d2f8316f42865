/** An OCI archive of three layers in which nothing tells when, where or by whom it was made. */
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'

export interface OciArchive {
  readonly bytes: Buffer
  /** Digest of the image's manifest, `sha256:…`. */
  readonly digest: string
}

interface Blob {
  readonly mediaType: string
  readonly digest: string
  readonly size: number
}

/** Uid and gid of the process; any other uid works as well. */
const USER = 65_532
const ARCHITECTURES: Readonly<Record<string, string>> = { x64: 'amd64', arm64: 'arm64' }

/** Packs an image of these folders, a layer each. The same files are the same bytes. */
export function packImage(version: string, folders: readonly string[]): OciArchive {
  const layout = mkdtempSync(join(tmpdir(), 'countersign-layout-'))
  try {
    mkdirSync(join(layout, 'blobs/sha256'), { recursive: true })
    const store = (mediaType: string, bytes: Buffer): Blob => {
      const digest = digestOf(bytes)
      writeFileSync(join(layout, 'blobs', digest.replace(':', '/')), bytes)
      return { mediaType, digest, size: bytes.length }
    }
    const storeJson = (mediaType: string, value: object) =>
      store(mediaType, Buffer.from(JSON.stringify(value)))

    const layers = folders.map((folder) => {
      const tar = tarOf(folder)
      const blob = store('application/vnd.oci.image.layer.v1.tar+gzip', gzipSync(tar))
      return { blob, diffId: digestOf(tar) }
    })
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
    return { bytes: tarOf(layout), digest: manifest.digest }
  } finally {
    rmSync(layout, { recursive: true, force: true })
  }
}

function digestOf(bytes: Buffer): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`
}

/**
 * A folder's files, or those of a part of it, as of nobody and of one time, in seconds: the same files
 * are the same bytes.
 */
export function tarOf(folder: string, { part = '.', mtime = 0 } = {}): Buffer {
  return execFileSync(
    'tar',
    [
      ...['--create', '--file=-', '--format=ustar', '--sort=name', `--mtime=@${mtime}`],
      ...['--owner=0', '--group=0', '--numeric-owner', '--mode=u=rwX,go=rX'],
      ...['--directory', folder, part],
    ],
    { maxBuffer: 1024 * 1024 * 1024 },
  )
}
