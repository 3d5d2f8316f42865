import {
  type Answer,
  fail,
  joined,
  pass,
  type Question,
  seen,
  unknown,
} from '#lib/csr/checks/check-question.ts'
import { controlIn, grantsOf } from '#lib/csr/grants.ts'
import type { Requestor } from '#lib/csr/model.ts'
import {
  AUTHENTICATED_GROUP,
  BOOTSTRAP_USER_PREFIX,
  BOOTSTRAPPERS_GROUP,
  KUBE_APISERVER_CLIENT,
  KUBE_APISERVER_CLIENT_KUBELET,
  KUBELET_SERVING,
  NODE_BOOTSTRAPPER,
  NODE_BOOTSTRAPPER_GROUPS,
  NODE_GROUP,
  NODE_USER_PREFIX,
} from '#lib/csr/names.ts'

/** Checks of the requestor, and of the rights that the certificate would give. */

/** A bootstrap token's id as Kubernetes defines it (bootstrap/api, `BootstrapTokenIDPattern`). */
const TOKEN_ID = /^[a-z0-9]{6}$/
/** A group that a token's Secret may add (bootstrap/api, `BootstrapGroupPattern`). */
const TOKEN_GROUP = /^system:bootstrappers:[a-z0-9:-]{0,255}[a-z0-9]$/

/** Groups of an identity: all of `exactly`, and no others except those that `also` accepts. */
interface GroupRule {
  readonly exactly: readonly string[]
  readonly also?: (group: string) => boolean
}

const NODE_RULE: GroupRule = { exactly: [NODE_GROUP, AUTHENTICATED_GROUP] }
/** EKS maps each node's IAM role to both groups; its kubelets file serving requests only. */
const SERVING_NODE_RULE: GroupRule = {
  ...NODE_RULE,
  also: (group) => group === BOOTSTRAPPERS_GROUP,
}
const OPENSHIFT_RULE: GroupRule = { exactly: NODE_BOOTSTRAPPER_GROUPS }
const TOKEN_RULE: GroupRule = {
  exactly: [BOOTSTRAPPERS_GROUP, AUTHENTICATED_GROUP],
  also: (group) => TOKEN_GROUP.test(group),
}

export function requestorBootstrapper({
  claim,
  policy,
}: Question): Answer<'requestor.bootstrapper'> {
  const { requestor } = claim.csr
  const { username } = requestor
  const values = { requestor: username }
  const known = (finding: 'openshift' | 'kubeadm' | 'renewal', rule: GroupRule) => {
    const { wrong, ...rest } = compareGroups(requestor, rule)
    return wrong === null
      ? pass<'requestor.bootstrapper'>(finding, rest)
      : fail<'requestor.bootstrapper'>(wrong, rest)
  }

  if (claim.kind === 'selfNodeClient') return known('renewal', NODE_RULE)
  if (username === NODE_BOOTSTRAPPER) return known('openshift', OPENSHIFT_RULE)
  if (isTokenUser(username)) return known('kubeadm', TOKEN_RULE)
  // Platform identities keep their group rule even if the policy names them.
  if (policy.extraBootstrapRequestors.includes(username)) {
    return pass('policy', { observed: [seen('user', username, 'pass')], values })
  }

  const expected = [NODE_BOOTSTRAPPER, `${BOOTSTRAP_USER_PREFIX}<id>`]
  const observed = [seen('user', username, 'fail')]
  if (!username.startsWith(NODE_USER_PREFIX))
    return fail('stranger', { expected, observed, values })
  const [commonName] = claim.reading.x509cr?.subject.commonNames ?? []
  if (commonName === undefined) {
    return unknown('unreadable', { observed: [seen('user', username, 'unknown')], values })
  }
  if (username !== commonName)
    return fail('otherNode', { expected: [commonName], observed, values })
  // A renewal would have been recognized: the requestor lacks at least the node group.
  const { wrong, ...rest } = compareGroups(requestor, NODE_RULE)
  return fail(wrong ?? 'otherGroups', rest)
}

export function requestorNode({ claim }: Question): Answer<'requestor.node'> {
  const { requestor } = claim.csr
  const { username } = requestor
  const values = { requestor: username }
  const { x509cr, faithful } = claim.reading
  const [commonName, ...more] = faithful && x509cr !== null ? x509cr.subject.commonNames : []
  if (commonName === undefined || more.length > 0) {
    return unknown('unreadable', { observed: [seen('user', username, 'unknown')], values })
  }
  if (username !== commonName) {
    const observed = [seen('user', username, 'fail')]
    const finding = username.startsWith(NODE_USER_PREFIX) ? 'otherNode' : 'stranger'
    return fail(finding, { expected: [commonName], observed, values })
  }
  const { wrong, ...rest } = compareGroups(requestor, SERVING_NODE_RULE)
  return wrong === null ? pass('itself', rest) : fail(wrong, rest)
}

/**
 * The one check of the viewer (lib/csr/verdict/viewer-overlay.ts); `viewer` is '' while unknown.
 */
export function requestorSelf(requestor: string, viewer: string): Answer<'requestor.self'> {
  const values = { requestor }
  if (viewer === '') return unknown('noActor', { values })
  return viewer === requestor
    ? fail('self', { observed: [seen('user', requestor, 'fail')], values })
    : pass('other', { observed: [seen('user', requestor, 'pass')], values })
}

export function signerInScope({ claim }: Question): Answer<'signer.inScope'> {
  const { signerName } = claim.csr
  const expected = [KUBE_APISERVER_CLIENT_KUBELET, KUBELET_SERVING]
  const values = { signer: signerName }
  if (claim.kind !== 'other') {
    return pass('kubelet', { observed: [seen('signer', signerName, 'pass')], values })
  }
  const observed = [seen('signer', signerName, 'fail')]
  if (signerName !== KUBE_APISERVER_CLIENT) {
    const { x509cr } = claim.reading
    const control = controlIn(x509cr)
    const kindOf = (name: string) => (x509cr?.subject.commonNames.includes(name) ? 'CN' : 'O')
    if (control.length === 0) return fail('otherSigner', { expected, observed, values })
    return fail('otherSignerControl', {
      expected,
      observed: [...observed, ...control.map((name) => seen(kindOf(name), name, 'fail'))],
      values: { ...values, groups: joined(control) },
    })
  }

  const grants = grantsOf(signerName, claim.reading)
  const { commonNames, organizations } = claim.reading.x509cr?.subject ?? NOBODY
  const rest = {
    expected,
    observed: [
      ...observed,
      ...commonNames.map((name) => seen('CN', name, 'fail')),
      ...organizations.map((group) => seen('O', group, 'fail')),
    ],
  }
  if (grants.as !== 'user') return fail('grantsUntold', { ...rest, values })
  return fail(grants.control ? 'grantsControl' : 'grantsUser', {
    ...rest,
    values: { ...values, user: grants.user.name, groups: joined(organizations) },
  })
}

const NOBODY = { commonNames: [], organizations: [] } as const satisfies Record<string, string[]>

function isTokenUser(username: string): boolean {
  return (
    username.startsWith(BOOTSTRAP_USER_PREFIX) &&
    TOKEN_ID.test(username.slice(BOOTSTRAP_USER_PREFIX.length))
  )
}

/**
 * Compares groups as a set; `wrong` is null when they match the rule. Extra groups come before
 * missing ones: the certificate's holder gains their rights.
 */
function compareGroups(
  { username, groups }: Requestor,
  { exactly, also = () => false }: GroupRule,
) {
  const isMore = (group: string) => !exactly.includes(group) && !also(group)
  const more = groups.filter(isMore)
  const lacks = exactly.some((group) => !groups.includes(group))
  const wrong = more.length > 0 ? 'moreGroups' : lacks ? 'otherGroups' : null
  const observed = [
    seen('user', username, 'pass'),
    ...groups.map((group) => seen('group', group, isMore(group) ? 'fail' : 'pass')),
  ]
  const values = { requestor: username, ...(more.length > 0 ? { groups: joined(more) } : {}) }
  return { wrong, expected: exactly, observed, values } as const
}
