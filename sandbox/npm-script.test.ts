import { spawnSync } from 'node:child_process'
import { expect, it } from 'vitest'
import { npmScript } from '#sandbox/npm-script.ts'

it.each(['start', 'approver'])(
  'the script %s takes arguments as a process of tests does',
  (name) => {
    const { command, args, ...options } = npmScript(name, ['--help'])
    const { status, stdout } = spawnSync(command, args, { ...options, encoding: 'utf8' })
    expect([status, stdout]).toEqual([0, expect.stringContaining('--kubeconfig')])
  },
)
