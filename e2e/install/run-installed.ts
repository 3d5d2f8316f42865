/**
 * Installs the chart on a machine that runs Pods, and tests it there: makes what has to be fetched,
 * then runs Playwright in namespaces of its own. Further arguments are Playwright's. Needs root.
 */
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import {
  buildBinary,
  buildCrane,
  buildSignInProxy,
} from '#sandbox/control-plane/build-control-plane.ts'
import { go } from '#sandbox/control-plane/go.ts'
import { npmScript } from '#sandbox/npm-script.ts'
import { helmBinary } from './helm.ts'
import { inNamespaces, makeCgroups, removeCgroups } from './namespaces.ts'
import { placeInEnv } from './place.ts'

const KEEPER = [process.execPath, fileURLToPath(new URL('stand-keeper.ts', import.meta.url))]
const PLAYWRIGHT = ['playwright', 'test', '--config', 'e2e/playwright.config.ts']
const PROJECT = ['--project', 'install', '--workers', '1', '--output', 'test-results/install']

const folder = mkdtempSync(join(tmpdir(), 'countersign-install-'))
const cgroup = `/countersign-${process.pid}`
try {
  helmBinary()
  await buildBinary()
  await buildCrane()
  const place = {
    cgroup,
    pause: await buildPause(),
    signInProxy: await buildSignInProxy(),
    archive: makeImage(),
  } as const
  makeCgroups(cgroup)
  const [command = '', ...args] = inNamespaces([
    ...KEEPER,
    ...PLAYWRIGHT,
    ...PROJECT,
    ...process.argv.slice(2),
  ])
  const env = { ...process.env, TMPDIR: folder, ...placeInEnv(place) }
  process.exitCode = spawnSync(command, args, { stdio: 'inherit', env }).status ?? 1
} finally {
  await removeCgroups(cgroup)
  rmSync(folder, { recursive: true, force: true })
}

/** Makes the image as an admin does; returns its archive. */
function makeImage(): string {
  const { command, args, ...options } = npmScript('image', ['--output', join(folder, 'image')])
  const printed = execFileSync(command, args, { ...options, encoding: 'utf8' })
  return /^archive +(\S+)/m.exec(printed)?.[1] ?? ''
}

async function buildPause(): Promise<string> {
  const program = join(folder, 'pause')
  const cwd = fileURLToPath(new URL('pause', import.meta.url))
  await go(['build', '-ldflags=-s -w', '-o', program, '.'], { cwd, env: { CGO_ENABLED: '0' } })
  return program
}
