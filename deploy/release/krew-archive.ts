/** kubectl's plugin: an archive for each platform, and the manifest by which krew installs it. */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { type Architecture, digestOf, tarOf } from './oci-archive.ts'
import { ROOT } from './program.ts'

const WRAPPER = 'kubectl-countersign'
const FOLDER = join(ROOT, 'deploy/krew')

/** Writes the archives and the manifest into a folder; returns their names. */
export function packPlugin(
  output: string,
  plugin: {
    readonly version: string
    /** Folder of the npm package's files. */
    readonly program: string
    /** Path of Node's binary for Linux, by architecture. */
    readonly nodes: Readonly<Record<Architecture, string>>
    /** Address of the folder that the archives are published in. */
    readonly url: string
  },
): readonly string[] {
  const platforms = (['linux', 'darwin'] as const).flatMap((os) =>
    (['amd64', 'arm64'] as const).map((arch) => ({ os, arch })),
  )
  mkdirSync(output, { recursive: true })
  const packed = platforms.map(({ os, arch }) => {
    // No package registry has a current Node for macOS.
    const node = os === 'linux' ? plugin.nodes[arch] : null
    const bytes = archiveOf(plugin.program, node)
    const name = `${WRAPPER}-${plugin.version}-${os}-${arch}.tar.gz`
    writeFileSync(join(output, name), bytes)
    return { name, platform: platformOf({ os, arch }, `${plugin.url}/${name}`, bytes) }
  })
  const manifest = readFileSync(join(FOLDER, 'countersign.yaml'), 'utf8')
    .replace('{version}', plugin.version)
    .replace('platforms: []\n', `platforms:\n${packed.map(({ platform }) => platform).join('')}`)
  writeFileSync(join(output, 'countersign.yaml'), manifest)
  return [...packed.map(({ name }) => name), 'countersign.yaml']
}

function archiveOf(program: string, node: string | null): Buffer {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-krew-'))
  try {
    cpSync(join(FOLDER, WRAPPER), join(folder, WRAPPER))
    cpSync(join(ROOT, 'LICENSE'), join(folder, 'LICENSE'))
    cpSync(program, join(folder, 'package'), { recursive: true })
    if (node !== null) cpSync(node, join(folder, 'node'))
    return gzipSync(tarOf(folder), { level: 9 })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function platformOf(
  { os, arch }: { readonly os: string; readonly arch: string },
  uri: string,
  bytes: Buffer,
): string {
  return `    - selector:
        matchLabels:
          os: ${os}
          arch: ${arch}
      uri: ${uri}
      sha256: ${digestOf(bytes).replace('sha256:', '')}
      bin: ${WRAPPER}
`
}
