/** OCI archives in which nothing tells when, where or by whom they were made. */
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'

export interface OciArchive {
  readonly bytes: Buffer
  /** Digest of the image's manifest or of the index, `sha256:…`. */
  readonly digest: string
}

/** Processors as OCI and Debian name them. */
export type Architecture = 'amd64' | 'arm64'

export interface ImageParts {
  readonly version: string
  readonly architecture: Architecture
  /** A layer each. */
  readonly folders: readonly string[]
  /** The commit that it is made of; null where nothing names one. */
  readonly revision?: string | null
}

/** An image of an index, with statements about it, such as its bill of materials. */
export interface PackedImage {
  readonly architecture: Architecture
  readonly digest: string
  /** Bytes of its layers, compressed. */
  readonly bytes: number
}

/** An in-toto statement: https://in-toto.io/Statement/v1. */
export interface Statement {
  readonly predicateType: string
}

interface Blob {
  readonly mediaType: string
  readonly digest: string
  readonly size: number
}

/** Uid and gid of the process; any other uid works as well. */
const USER = 65_532
const MANIFEST = 'application/vnd.oci.image.manifest.v1+json'
const CONFIG = 'application/vnd.oci.image.config.v1+json'
const INDEX = 'application/vnd.oci.image.index.v1+json'

/** Packs one image. The same files are the same bytes. */
export function packImage(parts: ImageParts): OciArchive {
  return withLayout((layout) => layout.archive(layout.image(parts), parts.version))
}

/**
 * Packs an image for each architecture under one name. `about`: statements about each of them, which
 * lie beside it as BuildKit puts them.
 */
export function packIndex(
  images: readonly ImageParts[],
  about: (image: PackedImage) => readonly Statement[],
): OciArchive & { readonly images: readonly PackedImage[] } {
  const [{ version } = { version: '' }] = images
  return withLayout((layout) => {
    const made = images.map((parts) => {
      const { architecture } = parts
      const manifest = layout.image(parts)
      const packed = { architecture, digest: manifest.digest, bytes: manifest.layerBytes }
      return { manifest, packed, statements: layout.statements(about(packed)) }
    })
    const index = layout.storeJson(INDEX, {
      schemaVersion: 2,
      mediaType: INDEX,
      manifests: [
        ...made.map(({ manifest, packed: { architecture } }) => ({
          ...descriptor(manifest),
          platform: { architecture, os: 'linux' },
        })),
        ...made.map(({ manifest, statements }) => ({
          ...statements,
          platform: { architecture: 'unknown', os: 'unknown' },
          annotations: {
            'vnd.docker.reference.type': 'attestation-manifest',
            'vnd.docker.reference.digest': manifest.digest,
          },
        })),
      ],
    })
    return { ...layout.archive(index, version), images: made.map(({ packed }) => packed) }
  })
}

/** Packs one file as an artifact: a layer of its media type, with an empty configuration of another. */
export function packFile(file: {
  readonly name: string
  readonly bytes: Buffer
  readonly mediaType: string
  readonly configType: string
  readonly tag: string
}): OciArchive {
  const { name, bytes, mediaType, configType, tag } = file
  return withLayout((layout) => {
    const annotations = { 'org.opencontainers.image.title': name }
    const layer = { ...layout.store(mediaType, bytes), annotations }
    return layout.archive(layout.storeManifest(layout.storeJson(configType, {}), [layer]), tag)
  })
}

/** An OCI layout in a folder that is removed afterwards. */
function withLayout<T>(make: (layout: ReturnType<typeof layoutIn>) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-layout-'))
  try {
    return make(layoutIn(folder))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function layoutIn(folder: string) {
  mkdirSync(join(folder, 'blobs/sha256'), { recursive: true })

  function store(mediaType: string, bytes: Buffer): Blob {
    const digest = digestOf(bytes)
    writeFileSync(join(folder, 'blobs', digest.replace(':', '/')), bytes)
    return { mediaType, digest, size: bytes.length }
  }

  function storeJson(mediaType: string, value: object): Blob {
    return store(mediaType, Buffer.from(JSON.stringify(value)))
  }

  function storeManifest(config: Blob, layers: readonly object[]): Blob {
    return storeJson(MANIFEST, { schemaVersion: 2, mediaType: MANIFEST, config, layers })
  }

  return {
    store,
    storeJson,
    storeManifest,
    image({ version, architecture, folders, revision = null }: ImageParts) {
      const layers = folders.map((name) => {
        const tar = tarOf(name)
        const blob = store('application/vnd.oci.image.layer.v1.tar+gzip', gzipSync(tar))
        return { blob, diffId: digestOf(tar) }
      })
      const config = storeJson(CONFIG, {
        architecture,
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
            ...(revision !== null && { 'org.opencontainers.image.revision': revision }),
          },
        },
        rootfs: { type: 'layers', diff_ids: layers.map(({ diffId }) => diffId) },
      })
      const blobs = layers.map(({ blob }) => blob)
      const layerBytes = blobs.reduce((sum, { size }) => sum + size, 0)
      return { ...storeManifest(config, blobs), layerBytes }
    },
    statements(statements: readonly Statement[]) {
      const layers = statements.map((statement) => ({
        ...storeJson('application/vnd.in-toto+json', statement),
        annotations: { 'in-toto.io/predicate-type': statement.predicateType },
      }))
      const diffIds = layers.map(({ digest }) => digest)
      const rootfs = { type: 'layers', diff_ids: diffIds }
      return storeManifest(
        storeJson(CONFIG, { architecture: 'unknown', os: 'unknown', rootfs }),
        layers,
      )
    },
    archive(top: Blob, version: string): OciArchive {
      const annotations = { 'org.opencontainers.image.ref.name': version }
      const manifests = [{ ...descriptor(top), annotations }]
      writeFileSync(join(folder, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}')
      writeFileSync(join(folder, 'index.json'), JSON.stringify({ schemaVersion: 2, manifests }))
      return { bytes: tarOf(folder), digest: top.digest }
    },
  }
}

function descriptor({ mediaType, digest, size }: Blob): Blob {
  return { mediaType, digest, size }
}

export function digestOf(bytes: Buffer): string {
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
