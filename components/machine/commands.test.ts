import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { deniedRequests } from '#components/decide/target.ts'
import { machineCommands, requestCommands } from '#components/machine/commands.ts'
import { KUBE_APISERVER_CLIENT_KUBELET, KUBELET_SERVING } from '#lib/csr/names.ts'
import { cutName } from '#lib/csr/reading/cut-name.ts'
import type { MachineRow, RequestRow } from '#lib/csr/rows/rows.ts'

type Odd = Partial<
  Pick<
    RequestRow,
    'signerName' | 'requestor' | 'status' | 'verdict' | 'reason' | 'superseded' | 'secondPerson'
  >
>

function request(name: string, odd: Odd = {}): RequestRow {
  return {
    uid: `uid of ${name}`,
    name,
    signerName: KUBE_APISERVER_CLIENT_KUBELET,
    status: 'Pending',
    verdict: 'plausible',
    reason: null,
    superseded: false,
    secondPerson: null,
    ...odd,
  } as RequestRow
}

function machine(odd: Partial<MachineRow>): MachineRow {
  return { name: 'worker-1', node: null, requests: [], ...odd } as MachineRow
}

const NODE = {} as MachineRow['node']
const serving = { signerName: KUBELET_SERVING } as const
const decided = { status: 'Approved,Issued', verdict: null } as const

const SUBCOMMANDS: Readonly<Record<string, string>> = {
  describe: 'describe csr',
  approve: 'adm certificate approve',
  deny: 'adm certificate deny',
}
/** Names in a command, quoted for a shell, by the command's kind. */
type Names = Readonly<Record<string, string>>

/** Commands as `kind signer: line`. */
function commandsFor(signer: string, names: Names): readonly string[] {
  return Object.entries(names).map(
    ([kind, words]) => `${kind} ${signer}: oc ${SUBCOMMANDS[kind.replace(/[A-Z].*/, '')]} ${words}`,
  )
}

/** Each command as `kind signer: line`. */
function written(commands: ReturnType<typeof machineCommands>): readonly string[] {
  return commands.map(({ kind, signer, line }) => `${kind} ${signer ?? '-'}: ${line}`)
}

const SECOND_PERSON = {} as NonNullable<RequestRow['secondPerson']>
const AGAIN = { code: 'node.new', finding: 'rebootstrapping', values: {} } as const
const old = { superseded: true } as const
const suspicious = { verdict: 'suspicious' } as const

const WATCH_NODE = 'watchNode -: oc get nodes --watch'
const HOSTILE = "'$(id);'\\''x'\\'''"
const INVISIBLE = `"$(printf 'csr-\\342\\200\\256exe')"`
/** The newest request is neither approved nor denied alone. */
const notApproved = { denyAll: 'csr-1' }

describe('the commands for one signer’s requests, newest first', () => {
  it('each command is a whole line of the shell', () => {
    expect(written(machineCommands(machine({ requests: [request('csr-1')] })))).toEqual([
      'approve client: oc adm certificate approve csr-1',
      'denyAll client: oc adm certificate deny csr-1',
    ])
  })

  it.each<[string, RequestRow[], Names]>([
    ['none', [], {}],
    ['one of a hostile name', [request("$(id);'x'")], { approve: HOSTILE, denyAll: HOSTILE }],
    [
      'a name that cannot be seen in full',
      [request('csr-\u202eexe')],
      { approve: INVISIBLE, denyAll: INVISIBLE },
    ],
    [
      'several, one of which looks like a flag',
      [request('csr-2'), request('--all', old)],
      { approve: "-- csr-2 '--all'", denyAll: "-- csr-2 '--all'" },
    ],
    [
      'the newest is the one that is not superseded',
      [request('csr-2', old), request('csr-1')],
      { approve: 'csr-1 csr-2', denyAll: 'csr-2 csr-1' },
    ],
    [
      'all superseded by one that is issued: none is called the newest',
      [request('csr-2', old), request('csr-1', old)],
      { approveSuperseded: 'csr-2 csr-1', denySuperseded: 'csr-2 csr-1' },
    ],
    [
      'one superseded by another requestor’s: no line approves both',
      [request('csr-2', old), request('csr-1', { ...old, requestor: 'token-2' })],
      { denySuperseded: 'csr-2 csr-1' },
    ],
    [
      'an older one of another requestor is not approved along with the newest',
      [request('csr-2'), request('csr-1', { ...old, requestor: 'token-2' })],
      { approve: 'csr-2', denyAll: 'csr-2 csr-1' },
    ],
    [
      'the newest refused: no line approves, and the sound one is not denied with it',
      [request('bad', { verdict: 'refused' }), request('csr-1')],
      { denyHeldBack: 'bad' },
    ],
    [
      'all suspicious: no line goes past the typed name',
      [request('csr-2', suspicious), request('csr-1', suspicious)],
      { denyAll: 'csr-2 csr-1' },
    ],
    [
      'an older one suspicious: it is not approved along with the newest',
      [request('csr-2'), request('csr-1', { ...suspicious, ...old })],
      { approve: 'csr-2', denyAll: 'csr-2 csr-1' },
    ],
    [
      'it says it is a node that exists: no line goes past the question',
      [request('csr-1', { reason: AGAIN })],
      notApproved,
    ],
    [
      'it takes two people: no line goes past the second',
      [request('csr-1', { secondPerson: SECOND_PERSON })],
      notApproved,
    ],
  ])('the commands name the requests of one signer: %s', (_, requests, names) => {
    const lines = commandsFor('client', names)
    const shown = lines.length === 0 ? [WATCH_NODE] : lines
    expect(written(machineCommands(machine({ requests })))).toEqual(shown)
  })

  it.each<[string, Odd]>([
    ['sound', {}],
    ['suspicious', suspicious],
    ['superseded', old],
  ])('the command denies the same requests as the button denies: %s', (_, fields) => {
    const odd = { ...serving, ...fields }
    const requests = [request('s-2', odd), request('s-1', odd), request('c-1', old)]
    const row = machine({ requests, next: 'approveServing' })
    const names = deniedRequests({ kind: 'machine', machine: row }).map(({ name }) => name)
    const lines = machineCommands(row).filter(({ signer }) => signer === 'serving')
    expect(lines.at(-1)?.line).toBe(`oc adm certificate deny ${names.join(' ')}`)
  })
})

it.each<[string, Odd, Names]>([
  ['sound', {}, { describeThis: 'csr-1', approveThis: 'csr-1', denyThis: 'csr-1' }],
  ['suspicious', suspicious, { describeThis: 'csr-1', denyThis: 'csr-1' }],
  ['decided', decided, {}],
])('the commands for one request by itself: %s', (_, fields, names) => {
  expect(written(requestCommands(request('csr-1', fields)))).toEqual(commandsFor('-', names))
})

describe('the commands for a machine', () => {
  it.each<[string, Partial<MachineRow>, string]>([
    ['not a Node yet', {}, WATCH_NODE],
    ['a Node', { node: NODE }, 'getNode -: oc get node worker-1'],
    [
      'a Node of a hostile name',
      { node: NODE, name: 'a b;reboot' },
      "getNode -: oc get node 'a b;reboot'",
    ],
    [
      'a Node whose name looks like a flag',
      { node: NODE, name: '--all' },
      "getNode -: oc get node -- '--all'",
    ],
    ['what is decided needs no line', { requests: [request('csr-1', decided)] }, WATCH_NODE],
    [
      'another signer’s are not the machine’s to decide',
      { requests: [request('mesh', { signerName: 'example.com/mesh' })] },
      WATCH_NODE,
    ],
  ])('the commands name the machine: %s', (_, odd, line) => {
    expect(written(machineCommands(machine(odd)))).toEqual([line])
  })

  it('a machine with requests of both signers has the client’s commands first, and a hostile name is quoted', () => {
    const requests = [request('a b', serving), request('csr-1'), request('csr-0', decided)]
    const all = (name: string) => ({ approve: name, denyAll: name })
    expect(written(machineCommands(machine({ node: NODE, requests })))).toEqual([
      ...commandsFor('client', all('csr-1')),
      ...commandsFor('serving', all("'a b'")),
    ])
  })
})

describe('the commands for a request whose name is cut', () => {
  const long = { ...request(cutName('x\u0001'.repeat(200_000), 512)), uid: 'd34db33f-0000' }
  const shell = requestCommands(long).map(({ line }) => line)

  it('the commands look up the cut name by the request’s uid, and stay short', () => {
    expect(shell).toHaveLength(3)
    for (const line of shell) {
      expect(line).toContain('eq .metadata.uid "d34db33f-0000"')
      expect(line.length).toBeLessThan(250)
    }
  })

  it('the machine’s commands look up the cut name by uid, beside whole names', () => {
    const requests = [{ ...long, verdict: 'refused' } as const, request('csr-1', suspicious)]
    const lines = machineCommands(machine({ requests })).map(({ kind, line }) => [kind, line])
    expect(lines).toEqual([
      [
        'denyAll',
        expect.stringMatching(
          /^oc adm certificate deny csr-1; oc get csr .*"d34db33f-0000".* \| tr '\\0' % \| xargs -0 oc adm certificate deny --$/,
        ),
      ],
    ])
  })

  it.each([
    ['as it is', "-n $(id)\n'x'", "-n $(id)\n'x'"],
    // Without the `%` the command would deny two requests, one of them of another requestor.
    ['with what no name may contain for a NUL', 'x\\0000csr-2', 'x%csr-2'],
  ])('the shell passes the whole name as one word, %s', (_, name, word) => {
    const bin = mkdtempSync(join(tmpdir(), 'countersign-'))
    const oc = `#!/bin/sh\nif [ "$1" = get ]; then printf %b "$NAME"; else printf '%s|' "$@"; fi\n`
    writeFileSync(join(bin, 'oc'), oc, { mode: 0o755 })
    const env = { ...process.env, PATH: `${bin}:${process.env.PATH}`, NAME: name }
    const [, , deny = ''] = shell
    expect(execFileSync('sh', ['-c', deny], { env, encoding: 'utf8' })).toBe(
      `adm|certificate|deny|--|${word}|`,
    )
    rmSync(bin, { recursive: true })
  })
})
