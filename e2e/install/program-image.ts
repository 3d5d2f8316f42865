import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { copyFileSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'

/** An archive like that of `docker save`: an image with one program that needs no other file. */
export function programImage(program: string, name: string): string {
  const image = mkdtempSync(join(tmpdir(), 'image-'))
  const command = basename(program)
  copyFileSync(program, join(image, command))
  const tar = (archive: string, ...names: readonly string[]) =>
    execFileSync('tar', ['-cf', join(image, archive), '-C', image, ...names])
  tar('layer.tar', command)
  const digest = createHash('sha256')
    .update(readFileSync(join(image, 'layer.tar')))
    .digest('hex')
  const config = {
    architecture: process.arch === 'x64' ? 'amd64' : process.arch,
    os: 'linux',
    config: { Entrypoint: [`/${command}`] },
    rootfs: { type: 'layers', diff_ids: [`sha256:${digest}`] },
  }
  const manifest = [{ Config: 'config.json', RepoTags: [name], Layers: ['layer.tar'] }]
  writeFileSync(join(image, 'config.json'), JSON.stringify(config))
  writeFileSync(join(image, 'manifest.json'), JSON.stringify(manifest))
  tar('image.tar', 'manifest.json', 'config.json', 'layer.tar')
  return join(image, 'image.tar')
}
