import { spawnSync } from 'node:child_process'
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, it } from 'vitest'

const PROGRAM = fileURLToPath(new URL('install.ts', import.meta.url))

let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'install-'))
})

afterEach(() => rmSync(folder, { recursive: true }))

function place(name: string, script: string): void {
  const path = join(folder, name)
  writeFileSync(path, `#!/bin/sh\n${script}\n`)
  chmodSync(path, 0o755)
}

/** A machine with only Go and an apt-get that does not know one package. */
function installWithout(unknown: string) {
  place('go', 'echo go1.26.8')
  place('sudo', 'shift; "$@"')
  place(
    'apt-get',
    `echo "$@" >> ${folder}/asked
case " $* " in *" ${unknown} "*) exit 100;; esac`,
  )
  const { stderr } = spawnSync(process.execPath, [PROGRAM], {
    encoding: 'utf8',
    env: { NODE_ENV: 'test', PATH: folder },
  })
  return { stderr, asked: readFileSync(join(folder, 'asked'), 'utf8').trim().split('\n') }
}

it('a package that cannot be installed is named, and the others are installed', () => {
  const { stderr, asked } = installWithout('openssl')
  const calls = asked.map((line) => line.split(' ').filter((word) => !word.startsWith('-')))
  expect(calls[0]).toEqual(['update'])
  expect(calls).toContainEqual(['install', 'openssl'])
  expect(calls).toContainEqual(['install', 'iproute2'])
  expect(stderr).toMatch(/^\[install\] openssl could not be installed/m)
  expect(stderr).not.toContain('iproute2')
})
