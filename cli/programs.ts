#!/usr/bin/env node
/** The command of the npm package: the dashboard, or the program that its first argument names. */
import { readFileSync } from 'node:fs'
import { oldNode } from './old-node.ts'

const PROGRAMS: Readonly<Record<string, () => Promise<unknown>>> = {
  approver: () => import('#approver/main.ts'),
  demo: () => import('#sandbox/demo.ts'),
  pending: () => import('./pending.ts'),
  wait: () => import('./wait.ts'),
}
const HELP = `Usage: countersign [options]            the dashboard, on the current kubeconfig
       countersign approver [options]   approves by the policy, without a person
       countersign demo [options]       the dashboard on a cluster that it brings itself
       countersign pending [options]    prints what waits for a decision
       countersign wait [options]       follows machines until all have joined, or are gone
       countersign --version

Each has --help of its own; that of the dashboard:

`

const { version, engines } = JSON.parse(
  readFileSync(new URL('../package.json', import.meta.url), 'utf8'),
)
const problem = oldNode(process.versions.node, engines.node)
const [name = ''] = process.argv.slice(2)
const program = PROGRAMS[name]
if (problem !== null) {
  console.error(problem)
  process.exitCode = 1
} else if (name === '--version') {
  console.log(version)
} else {
  const { enableCompileCache } = await import('node:module')
  enableCompileCache()
  // The programs read their arguments from the process.
  if (program !== undefined) process.argv.splice(2, 1)
  else if (['--help', '-h'].includes(name)) {
    const { writeHelp } = await import('#lib/kube/log/standard-output.ts')
    writeHelp(HELP)
  }
  await (program ?? (() => import('#bin/countersign.ts')))()
}
