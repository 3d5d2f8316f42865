import {
  type Answer,
  fail,
  joined,
  ofContents,
  pass,
  type Question,
  seen,
} from '#lib/csr/checks/check-question.ts'
import { hasInvisible } from '#lib/csr/escape.ts'
import type { Observed, X509CertificateRequest } from '#lib/csr/model.ts'
import { nodeNameOf } from '#lib/csr/name-syntax.ts'
import {
  CLIENT_AUTH,
  DIGITAL_SIGNATURE,
  KEY_ENCIPHERMENT,
  KUBELET_SERVING,
  NODE_GROUP,
  NODE_USER_PREFIX,
  SERVER_AUTH,
} from '#lib/csr/names.ts'
import type { ReadingProblem } from '#lib/csr/problem-codes.ts'
import { keyWords } from '#lib/csr/reading/key-words.ts'
import { isTooLarge } from '#lib/csr/reading/public-key.ts'

/** Checks of the request alone: they pass if it asks only for what a kubelet asks for. */

export function requestFaithful({ claim }: Question): Answer<'request.faithful'> {
  const { faithful, problems } = claim.reading
  if (faithful) return pass('faithful')
  const [first = UNREAD] = problems
  return fail(first.code, {
    observed: problems.map(({ code, detail }) => seen(code, detail, 'fail')),
    values: { detail: first.detail },
  })
}

/** Stands in for the first problem of a request of which nothing could be read. */
const UNREAD: ReadingProblem = { code: 'structure', detail: 'CertificationRequest' }

export const requestExtensions = ofContents<'request.extensions'>('unreadable', (x509cr) => {
  const observed = x509cr.extensions.map(({ name, value, allowed }) =>
    seen(name, value, allowed ? 'pass' : 'fail'),
  )
  const expected = ['subjectAltName', 'keyUsage', 'extKeyUsage', 'basicConstraints CA:FALSE']
  const odd = x509cr.extensions.filter(({ allowed }) => !allowed)
  if (odd.length === 0) return pass('usual', { expected, observed })
  const extensions = joined(odd.map(({ name }) => name))
  return fail('unusual', { expected, observed, values: { extensions } })
})

export const requestSignature = ofContents<'request.signature'>('unreadable', (x509cr) => {
  const { publicKey, signatureAlgorithm: algorithm, signatureValid } = x509cr
  const values = { algorithm }
  if (signatureValid) return pass('valid', { observed: [seen('', algorithm, 'pass')], values })
  const observed = [seen('', algorithm, 'fail')]
  return isTooLarge(publicKey)
    ? fail('keyTooLarge', { observed, values: { ...values, key: keyWords(publicKey) } })
    : fail('invalid', { observed, values })
})

export const subjectCommonName = ofContents<'subject.commonName'>('unreadable', (x509cr) => {
  const { commonNames } = x509cr.subject
  const [only] = commonNames
  if (only === undefined) return fail('none')
  if (commonNames.length > 1) {
    // A signer would use the last common name.
    const observed = commonNames.map((name) => seen('CN', name, 'fail'))
    return fail('several', { observed, values: { names: joined(commonNames) } })
  }
  const printable = only !== '' && !hasInvisible(only)
  const observed = [seen('CN', only, printable ? 'pass' : 'fail')]
  const values = { names: only }
  return printable ? pass('one', { observed, values }) : fail('unprintable', { observed, values })
})

export const subjectNodeName = ofContents<'subject.nodeName'>('unreadable', (x509cr) => {
  const { commonNames } = x509cr.subject
  const expected = [`${NODE_USER_PREFIX}<name>`]
  const [only] = commonNames
  if (only === undefined) return fail('none', { expected })
  const rest = (outcome: Observed['outcome']) => ({
    expected,
    observed: commonNames.map((name) => seen('CN', name, outcome)),
    values: { names: joined(commonNames) },
  })
  if (commonNames.length > 1) return fail('several', rest('fail'))
  if (nodeNameOf(only) !== null) return pass('valid', rest('pass'))
  return fail(only.startsWith(NODE_USER_PREFIX) ? 'invalid' : 'noPrefix', rest('fail'))
})

export const subjectOrganization = ofContents<'subject.organization'>('unreadable', (x509cr) => {
  const { organizations, others } = x509cr.subject
  const exact = organizations.length === 1 && organizations[0] === NODE_GROUP
  const expected = [NODE_GROUP]
  const observed = [
    ...organizations.map((name) =>
      seen('O', name, name === NODE_GROUP && organizations.length === 1 ? 'pass' : 'fail'),
    ),
    ...others.map((attribute) => seen('', attribute, 'fail')),
  ]
  const values = { subject: joined([...organizations.map((name) => `O=${name}`), ...others]) }
  if (!exact) return fail('other', { expected, observed, values })
  if (others.length > 0) return fail('moreAttributes', { expected, observed, values })
  return pass('exact', { expected, observed, values })
})

export function usages({ claim }: Question): Answer<'usages'> {
  const { csr } = claim
  const purpose = csr.signerName === KUBELET_SERVING ? SERVER_AUTH : CLIENT_AUTH
  const needed = [DIGITAL_SIGNATURE, purpose]
  const allowed = (usage: string) => needed.includes(usage) || usage === KEY_ENCIPHERMENT
  const exact = csr.usages.every(allowed) && needed.every((usage) => csr.usages.includes(usage))
  const rest = {
    expected: needed,
    observed: csr.usages.map((usage) => seen('usage', usage, allowed(usage) ? 'pass' : 'fail')),
    values: { usages: joined(csr.usages) },
  }
  return exact ? pass('exact', rest) : fail('other', rest)
}

export const sansKinds = ofContents<'sans.kinds'>('unreadable', (x509cr, { claim }) => {
  const serving = claim.kind === 'kubeletServing'
  const observed = kindsOfSans(x509cr, serving)
  const odd = observed.filter(({ outcome }) => outcome === 'fail')
  const rest = {
    expected: serving ? ['DNS', 'IP'] : [],
    observed,
    values: { sans: joined(odd.map(({ kind, value }) => `${kind}:${value}`)) },
  }
  if (odd.length > 0) return fail(serving ? 'otherKind' : 'unexpected', rest)
  if (!serving) return pass('none', rest)
  return observed.length === 0 ? fail('missing', rest) : pass('hosts', rest)
})

/** The number of SANs of each kind; unexpected ones by value. */
function kindsOfSans(x509cr: X509CertificateRequest, serving: boolean): Observed[] {
  const kinds = [
    ['DNS', x509cr.dnsNames, serving],
    ['IP', x509cr.ipAddresses, serving],
    ['e-mail', x509cr.emailAddresses, false],
    ['URI', x509cr.uris, false],
    ['other', x509cr.otherNames, false],
  ] as const
  return kinds.flatMap(([kind, values, allowed]) =>
    values.slice(0, 40).map((value) => seen(kind, value, allowed ? 'pass' : 'fail')),
  )
}
