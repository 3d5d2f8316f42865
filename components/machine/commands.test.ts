import { describe, expect, it } from 'vitest'
import { machineCommands, requestCommands } from '#components/machine/commands.ts'
import { KUBE_APISERVER_CLIENT_KUBELET, KUBELET_SERVING } from '#lib/csr/names.ts'
import type { ListedMachine, ListedRequest } from '#lib/query/wire.ts'

type Odd = Partial<Pick<ListedRequest, 'signerName' | 'status' | 'verdict'>>

function request(name: string, odd: Odd = {}): ListedRequest {
  return {
    uid: `uid of ${name}`,
    name,
    signerName: KUBE_APISERVER_CLIENT_KUBELET,
    status: 'Pending',
    verdict: 'plausible',
    ...odd,
  } as ListedRequest
}

function machine(odd: Partial<ListedMachine>): ListedMachine {
  return { name: 'worker-1', node: null, requests: [], ...odd } as ListedMachine
}

const NODE = {} as ListedMachine['node']
const serving = { signerName: KUBELET_SERVING } as const
const decided = { status: 'Approved,Issued', verdict: null } as const

/** Each command as `kind signer: line`. */
function written(commands: ReturnType<typeof machineCommands>): readonly string[] {
  return commands.map(({ kind, signer, line }) => `${kind} ${signer ?? '-'}: ${line}`)
}

describe('the commands of requests, newest first', () => {
  it.each<[string, ListedRequest[], string[]]>([
    ['none', [], []],
    [
      'one of an ordinary name',
      [request('csr-1')],
      [
        'describe client: oc describe csr csr-1',
        'approveNewest client: oc adm certificate approve csr-1',
        'denyAll client: oc adm certificate deny csr-1',
      ],
    ],
    [
      'one of a hostile name',
      [request("$(id);'x'")],
      [
        "describe client: oc describe csr '$(id);'\\''x'\\'''",
        "approveNewest client: oc adm certificate approve '$(id);'\\''x'\\'''",
        "denyAll client: oc adm certificate deny '$(id);'\\''x'\\'''",
      ],
    ],
    [
      'a name that cannot be seen in full',
      [request('csr-\u202eexe')],
      [
        "describe client: oc describe csr $'csr-\\342\\200\\256exe'",
        "approveNewest client: oc adm certificate approve $'csr-\\342\\200\\256exe'",
        "denyAll client: oc adm certificate deny $'csr-\\342\\200\\256exe'",
      ],
    ],
    [
      'several, one of which looks like a flag',
      [request('csr-2'), request('--all')],
      [
        'describe client: oc describe csr csr-2',
        'approveNewest client: oc adm certificate approve csr-2',
        "approveAll client: oc adm certificate approve -- csr-2 '--all'",
        "denyAll client: oc adm certificate deny -- csr-2 '--all'",
      ],
    ],
    [
      'the newest refused: no line approves it',
      [request('bad', { verdict: 'refused' }), request('csr-1')],
      [
        'describe client: oc describe csr bad',
        'approveNewest client: oc adm certificate approve csr-1',
        'denyAll client: oc adm certificate deny bad csr-1',
      ],
    ],
    [
      'all refused: nothing approves',
      [request('bad', { verdict: 'refused' })],
      ['describe client: oc describe csr bad', 'denyAll client: oc adm certificate deny bad'],
    ],
  ])('%s', (_, pending, lines) => {
    expect(written(requestCommands(pending, 'client'))).toEqual(lines)
  })
})

describe('the commands of a machine', () => {
  it.each<[string, Partial<ListedMachine>, string[]]>([
    ['not a Node yet', {}, ['watchNode -: oc get nodes --watch']],
    ['a Node', { node: NODE }, ['getNode -: oc get node worker-1']],
    [
      'a Node of a hostile name',
      { node: NODE, name: 'a b;reboot' },
      ["getNode -: oc get node 'a b;reboot'"],
    ],
    [
      'a Node whose name looks like a flag',
      { node: NODE, name: '--all' },
      ["getNode -: oc get node -- '--all'"],
    ],
    [
      'what is decided needs no line',
      { requests: [request('csr-1', decided)] },
      ['watchNode -: oc get nodes --watch'],
    ],
    [
      'both signers, the client first; a hostile name in one of them',
      {
        node: NODE,
        requests: [request('a b', serving), request('csr-1'), request('csr-0', decided)],
      },
      [
        'describe client: oc describe csr csr-1',
        'approveNewest client: oc adm certificate approve csr-1',
        'denyAll client: oc adm certificate deny csr-1',
        "describe serving: oc describe csr 'a b'",
        "approveNewest serving: oc adm certificate approve 'a b'",
        "denyAll serving: oc adm certificate deny 'a b'",
        'getNode -: oc get node worker-1',
      ],
    ],
    [
      'another signer’s are not the machine’s to decide',
      { requests: [request('mesh', { signerName: 'example.com/mesh' })] },
      ['watchNode -: oc get nodes --watch'],
    ],
  ])('%s', (_, odd, lines) => {
    expect(written(machineCommands(machine(odd)))).toEqual(lines)
  })
})
