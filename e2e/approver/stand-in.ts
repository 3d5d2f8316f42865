import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { CsrObject } from '#sandbox/objects.ts'
import { type Sandbox, startSandbox } from '#sandbox/sandbox.ts'
import { fileIn } from '../fixtures/sandbox-requests.ts'
import { type ApproverProcess, startApprover } from './approver-process.ts'
import { leads } from './installation.ts'
import { nodeAddresses } from './machines.ts'
import { policyText } from './policy-text.ts'

export const APPROVALS = { method: 'PUT', path: /\/approval$/ }

/** The sandbox with a scripted API, and the approver, which leads and acts on it. */
export interface StandIn {
  readonly sandbox: Sandbox
  readonly approver: ApproverProcess
  /** Files a serving request that the policy approves, of a Node of its own. */
  file(): CsrObject
  end(): Promise<void>
}

export async function openStandIn(): Promise<StandIn> {
  const folder = mkdtempSync(join(tmpdir(), 'approver-stand-in-'))
  const policy = join(folder, 'policy.yaml')
  writeFileSync(policy, policyText({ mode: 'act', accept: 'plausible' }))
  const sandbox = await startSandbox()
  const { admin } = sandbox.kubeconfigs
  const approver = await startApprover({ kubeconfig: admin, policy, lease: 'default/one' })
  let filed = 0
  await leads(approver)
  return {
    sandbox,
    approver,
    file() {
      filed += 1
      const [nodeName, address] = [`busy-${filed}`, `10.80.0.${filed}`]
      const status = { addresses: nodeAddresses(nodeName, address) }
      sandbox.world.create('nodes', { metadata: { name: nodeName }, status })
      return fileIn(sandbox, {
        nodeName,
        kind: 'serving',
        dnsNames: [nodeName],
        ipAddresses: [address],
      })
    },
    async end() {
      await approver.stop('SIGKILL')
      await sandbox.stop()
      rmSync(folder, { recursive: true })
    },
  }
}
