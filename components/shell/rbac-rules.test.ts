import { expect, it } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { approveCommand } from '#components/shell/rbac-rules.ts'
import { KUBE_APISERVER_CLIENT_KUBELET, KUBELET_SERVING } from '#lib/csr/names.ts'

const CLIENT = KUBE_APISERVER_CLIENT_KUBELET
const SERVING = KUBELET_SERVING
const APPROVAL = 'update certificatesigningrequests/approval'

interface Rights {
  readonly approval?: boolean
  readonly signers?: Readonly<Record<string, boolean>>
}

/** Role and binding that the command creates for that person, as kubectl reads them. */
function createdFor(user: string, { approval = false, signers = {} }: Rights = {}) {
  const command = approveCommand({ user, access: { approval, signers, reviewedAt: null } }, [
    CLIENT,
    SERVING,
  ])
  const [, manifest = ''] = /^kubectl create -f - <<'END'\n([\s\S]*)\nEND$/.exec(command) ?? []
  const [role, binding] = parseAllDocuments(manifest).map((document) => document.toJS())
  return { role, binding }
}

it.each<[string, Rights, string[]]>([
  ['everything', {}, [APPROVAL, `approve signers ${CLIENT} ${SERVING}`]],
  ['one signer', { approval: true, signers: { [CLIENT]: true } }, [`approve signers ${SERVING}`]],
  ['the approval', { signers: { [CLIENT]: true, [SERVING]: true } }, [APPROVAL]],
])('the command grants what is missing: %s', (_, rights, expected) => {
  const { role } = createdFor('alice', rights)
  const rules = role.rules.map(
    ({ verbs, resources, resourceNames = [] }: Record<string, string[]>) =>
      [...(verbs ?? []), ...(resources ?? []), ...resourceNames].join(' '),
  )
  expect(rules).toEqual(expected)
})

it.each(['alice', 'system:serviceaccount:ci:bot', 'o"hara\nEND\n$(x)', 'a\u202eb', '😀'])(
  'the command names exactly the person %j, and the role that it creates',
  (user) => {
    const { role, binding } = createdFor(user)
    expect(binding.subjects).toEqual([
      { apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: user },
    ])
    expect(binding.roleRef).toMatchObject({ kind: 'ClusterRole', name: role.metadata.name })
    expect(role.metadata.name).not.toMatch(/[/%]/)
  },
)
