/** The npm package: both programs and the demo as JavaScript, with all that they load. */
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { gzipSync } from 'node:zlib'
import { tarOf } from './oci-archive.ts'
import { copyProgram, ROOT, readManifest, SERVER_FOLDERS } from './program.ts'

/** The stand-in cluster, and what makes its requests. */
const DEMO_FOLDERS = ['sandbox', 'lib/csr/fixtures']
/** The demo on a real control plane and in team mode: both need a clone. */
const NOT_IN_PACKAGE =
  /^sandbox\/(?:control-plane|openid|postgres)\/|^sandbox\/demo-team\.ts$|^jose$/

/** Writes the package's files into a folder; returns its version. Throws without a build. */
export async function packageFiles(folder: string): Promise<string> {
  const { version } = await copyProgram(folder, {
    folders: [...SERVER_FOLDERS, 'cli', ...DEMO_FOLDERS],
    leftOut: NOT_IN_PACKAGE,
  })
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(manifest(), null, 2)}\n`)
  for (const file of ['LICENSE', 'README.md']) cpSync(join(ROOT, file), join(folder, file))
  return version
}

/** Packs the folder `package` of this one, with the package's files, as `npm install` takes it. */
export function packageArchive(folder: string): Buffer {
  // As npm packs, a time in 1985: some archives cannot hold an earlier one than 1980.
  return gzipSync(tarOf(folder, { part: 'package', mtime: 499_162_500 }), { level: 9 })
}

/**
 * Writes the archive into a folder. Throws without a build. The packages that the programs load are
 * inside: installing asks no registry for another, and runs nothing.
 */
export async function packPackage(output: string): Promise<{
  /** Path of the archive that `npm install` takes. */
  readonly archive: string
  readonly bytes: number
  readonly version: string
}> {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-npm-'))
  try {
    const version = await packageFiles(join(folder, 'package'))
    const bytes = packageArchive(folder)
    mkdirSync(output, { recursive: true })
    const archive = resolve(output, `countersign-${version}.tgz`)
    writeFileSync(archive, bytes)
    return { archive, bytes: bytes.length, version }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function manifest(): object {
  const { name, version, description, license, type, engines, imports, scripts } = readManifest()
  const start = scripts.start?.replace('.ts', '.js')
  return {
    ...{ name, version, description, license, type, engines, imports },
    bin: { countersign: 'cli/programs.js' },
    // The demo starts the dashboard by it.
    scripts: { start },
  }
}
