/** An image registry as an air-gapped admin runs one: on the machine's own network, over plain http. */
import { execFile, execFileSync, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, openSync, readdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { buildCrane } from '#sandbox/control-plane/build-control-plane.ts'
import { until } from '#sandbox/control-plane/wait-until.ts'
import { helmBinary } from './helm.ts'
import { NODE_ADDRESS } from './namespaces.ts'

/** Host in image names, which only containerd resolves. */
export const REGISTRY = 'registry.countersign.test'
const ADDRESS = `${NODE_ADDRESS}:5000`
/** Address of the charts for Helm; it answers over plain http. */
export const CHARTS = `oci://${ADDRESS}/charts`

const run = promisify(execFile)

export interface Registry {
  /**
   * Uploads an OCI layout, or an archive like that of `docker save`. Resolves with the image's
   * digest.
   */
  push(image: string, name: string): Promise<string>
  /** Uploads the chart in a folder, as a release does. */
  pushChart(folder: string): Promise<void>
}

/**
 * Resolves when the registry answers; it ends with the namespaces. Its output goes into the folder
 * of logs.
 */
export async function startRegistry(logs: string): Promise<Registry> {
  const crane = await buildCrane()
  const log = openSync(join(logs, 'registry.log'), 'a')
  spawn(crane, ['registry', 'serve', '--address', ADDRESS], { stdio: ['ignore', log, log] })
  await until('the registry to answer', () =>
    fetch(`http://${ADDRESS}/v2/`).then(
      ({ ok }) => ok,
      () => false,
    ),
  )
  return registry()
}

/** The registry of this machine, which another process started. */
export function registry(): Registry {
  return {
    async push(image, name) {
      const command = ['push', '--insecure', image, `${ADDRESS}/${name}`]
      const { stdout } = await run(await buildCrane(), command)
      return /sha256:\w+/.exec(stdout)?.[0] ?? ''
    },
    async pushChart(folder) {
      const packed = mkdtempSync(join(tmpdir(), 'chart-'))
      await run(helmBinary(), ['package', folder, '--destination', packed])
      const [archive = ''] = readdirSync(packed)
      await run(helmBinary(), ['push', join(packed, archive), CHARTS, '--plain-http'])
    },
  }
}

/** Writes the folder of containerd's `config_path` that leads the registry's name to its address. */
export function writeRegistryHosts(folder: string): void {
  mkdirSync(join(folder, REGISTRY), { recursive: true })
  const host = `[host."http://${ADDRESS}"]\ncapabilities = ["pull", "resolve"]\n`
  writeFileSync(join(folder, REGISTRY, 'hosts.toml'), host)
}

/** Folder with the OCI layout of the archive. */
export function unpackArchive(archive: string): string {
  const layout = mkdtempSync(join(tmpdir(), 'layout-'))
  execFileSync('tar', ['-xf', archive, '-C', layout])
  return layout
}
