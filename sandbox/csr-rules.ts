import type { FieldError } from '#sandbox/api-status.ts'
import type { User } from '#sandbox/identities.ts'
import { type Condition, type CsrObject, hasCondition } from '#sandbox/objects.ts'
import { type ReadRequest, readAsSignersDo } from '#sandbox/x509-request.ts'

/** Rules of the API server for CertificateSigningRequests: what it stamps, keeps and refuses. */

const USAGES = new Set([
  'any',
  'cert sign',
  'client auth',
  'code signing',
  'content commitment',
  'crl sign',
  'data encipherment',
  'decipher only',
  'digital signature',
  'email protection',
  'encipher only',
  'ipsec end system',
  'ipsec tunnel',
  'ipsec user',
  'key agreement',
  'key encipherment',
  'microsoft sgc',
  'netscape sgc',
  'ocsp signing',
  's/mime',
  'server auth',
  'signing',
  'timestamping',
])

/** Condition types that are true or absent, and are never removed. */
const LASTING = ['Approved', 'Denied', 'Failed']

export function prepareForCreate(object: CsrObject, user: User): CsrObject {
  const { request, signerName, usages, expirationSeconds } = object.spec
  return {
    ...object,
    spec: {
      request,
      signerName,
      ...(expirationSeconds === undefined ? {} : { expirationSeconds }),
      usages,
      username: user.username,
      ...(user.uid === '' ? {} : { uid: user.uid }),
      groups: [...user.groups],
      ...(Object.keys(user.extra).length === 0 ? {} : { extra: copyExtra(user) }),
    },
    status: {},
  }
}

export function validateCreate({ spec }: CsrObject): readonly FieldError[] {
  const errors: FieldError[] = []
  const fail = (reason: FieldError['reason'], field: string, message: string) =>
    errors.push({ reason, field, message })
  const read = readAsSignersDo(spec.request)
  if (typeof read === 'string') fail('FieldValueInvalid', 'spec.request', `Invalid value: ${read}`)
  if (spec.usages.length === 0) fail('FieldValueRequired', 'spec.usages', 'Required value')
  for (const [index, usage] of spec.usages.entries()) {
    const field = `spec.usages[${index}]`
    if (!USAGES.has(usage)) {
      fail('FieldValueNotSupported', field, `Unsupported value: ${JSON.stringify(usage)}`)
    }
    if (spec.usages.indexOf(usage) !== index) {
      fail('FieldValueDuplicate', field, `Duplicate value: ${JSON.stringify(usage)}`)
    }
  }
  if (!/^[^/]+\.[^/]+\/[^/]+$/.test(spec.signerName)) {
    const value = JSON.stringify(spec.signerName)
    fail(
      'FieldValueInvalid',
      'spec.signerName',
      `Invalid value: ${value}: must be a fully qualified domain and path of the form 'example.com/signer-name'`,
    )
  }
  if (spec.expirationSeconds !== undefined && spec.expirationSeconds < 600) {
    fail(
      'FieldValueInvalid',
      'spec.expirationSeconds',
      `Invalid value: ${spec.expirationSeconds}: may not specify a duration less than 600 seconds (10 minutes)`,
    )
  }
  return errors
}

/** Reason that admission refuses it; null when it does not. */
export function admitCreate({ spec }: CsrObject, user: User): string | null {
  const read = readAsSignersDo(spec.request)
  if (typeof read === 'string') return null
  if (
    spec.signerName === 'kubernetes.io/kube-apiserver-client' &&
    read.organizations.includes('system:masters')
  ) {
    return 'use of kubernetes.io/kube-apiserver-client signer with system:masters group is not allowed'
  }
  return restrictNode(spec.signerName, read, user)
}

/** NodeRestriction: a kubelet may ask the kubelet signers for its own name only. */
function restrictNode(signerName: string, read: ReadRequest, user: User): string | null {
  const kubeletSigner = /^kubernetes\.io\/(kubelet-serving|kube-apiserver-client-kubelet)$/
  if (!user.username.startsWith('system:node:') || !kubeletSigner.test(signerName)) return null
  if (read.commonName === user.username) return null
  return `can only create a node CSR with CN=${user.username}`
}

export type Part = 'main' | 'approval' | 'status'

/** Applies an update to the part that it may change; the rest stays. */
export function prepareForUpdate(
  object: CsrObject,
  old: CsrObject,
  part: Part,
  now: string,
): CsrObject {
  if (part === 'main') return { ...object, spec: old.spec, status: old.status }
  const conditions = (object.status?.conditions ?? []).map((one) => stamp(one, old, now))
  const rest = part === 'approval' ? old.status : (object.status ?? {})
  const { conditions: _, ...others } = rest
  return {
    ...object,
    spec: old.spec,
    status: conditions.length === 0 ? others : { ...others, conditions },
  }
}

export function validateUpdate(object: CsrObject, old: CsrObject, part: Part): FieldError[] {
  const errors = conditionErrors(object.status.conditions ?? [])
  const count = (one: CsrObject, type: string) =>
    (one.status.conditions ?? []).filter((condition) => condition.type === type).length
  for (const type of LASTING) {
    if (count(object, type) < count(old, type)) {
      errors.push(forbid(`updates may not remove a condition of type "${type}"`))
    }
  }
  if (part === 'approval') return errors
  for (const type of ['Approved', 'Denied']) {
    if (count(object, type) > count(old, type)) {
      errors.push(forbid(`updates may not add a condition of type "${type}"`))
    }
  }
  const { certificate } = old.status
  if (certificate !== undefined && object.status.certificate !== certificate) {
    errors.push({
      ...forbid('updates may not modify existing certificate content'),
      field: 'status.certificate',
    })
  }
  return errors
}

function conditionErrors(conditions: readonly Condition[]): FieldError[] {
  const errors: FieldError[] = []
  const seen = new Set<string>()
  for (const [index, { type, status }] of conditions.entries()) {
    const field = `status.conditions[${index}]`
    if (type === '' || type === undefined) {
      errors.push({
        reason: 'FieldValueRequired',
        field: `${field}.type`,
        message: 'Required value',
      })
    }
    if (status === '' || status === undefined) {
      const message = 'Required value'
      errors.push({ reason: 'FieldValueRequired', field: `${field}.status`, message })
    } else if (LASTING.includes(type) && status !== 'True') {
      const message = `Unsupported value: ${JSON.stringify(status)}: supported values: "True"`
      errors.push({ reason: 'FieldValueNotSupported', field: `${field}.status`, message })
    }
    if (seen.has(type)) {
      const message = `Duplicate value: ${JSON.stringify(type)}`
      errors.push({ reason: 'FieldValueDuplicate', field: `${field}.type`, message })
    }
    seen.add(type)
  }
  if (hasCondition(conditions, 'Approved') && hasCondition(conditions, 'Denied')) {
    const last = conditions.filter(({ type }) => type === 'Approved' || type === 'Denied').at(-1)
    const message = `Invalid value: ${JSON.stringify(last?.type)}: Approved and Denied conditions are mutually exclusive`
    errors.push({ reason: 'FieldValueInvalid', field: 'status.conditions', message })
  }
  return errors
}

function forbid(why: string): FieldError {
  return { reason: 'FieldValueForbidden', field: 'status.conditions', message: `Forbidden: ${why}` }
}

function stamp(condition: Condition, old: CsrObject, now: string): Condition {
  const before = old.status.conditions?.find(
    ({ type, status }) => type === condition.type && status === condition.status,
  )
  return {
    ...condition,
    lastUpdateTime: condition.lastUpdateTime ?? now,
    lastTransitionTime: condition.lastTransitionTime ?? before?.lastTransitionTime ?? now,
  }
}

function copyExtra({ extra }: User): Record<string, string[]> {
  return Object.fromEntries(Object.entries(extra).map(([key, values]) => [key, [...values]]))
}
