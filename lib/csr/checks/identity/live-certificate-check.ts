import {
  type Answer,
  fail,
  joined,
  ofMachine,
  pass,
  seen,
  unknown,
  type Values,
} from '#lib/csr/checks/check-question.ts'
import { anothersNameIn, isItsOwn } from '#lib/csr/kubelets/evidence.ts'
import { nodeNameOf } from '#lib/csr/name-syntax.ts'
import type { IssuedCertificate } from '#lib/csr/reading/certificate.ts'
import type { Sans } from '#lib/csr/reading/subject-alternative-names.ts'

type LiveAnswer = Answer<'identity.liveCertificate'>

/**
 * Passes when the kubelet already presents a certificate with the requested SANs: the process on
 * its port holds the key of a certificate that the cluster's CA issued to this node.
 */
export const identityLiveCertificate = ofMachine<'identity.liveCertificate'>(
  'noName',
  (name, question, asked) => {
    const evidence = question.world.evidence(name, question.now)
    if (evidence === null) return unknown('notAsked')
    const { live } = evidence
    const values = evidence.ca === null ? {} : { ca: evidence.ca }
    if (live.outcome === 'otherPort') {
      return unknown('otherPort', { values: { port: String(evidence.where.port) } })
    }
    if (live.outcome !== 'presented') return unknown(live.outcome, { values })
    const { certificate } = live
    return ofAnother(name, certificate) ?? compare(certificate, asked, values)
  },
)

/** Null when the certificate names exactly this node. */
function ofAnother(name: string, certificate: IssuedCertificate): LiveAnswer | null {
  if (isItsOwn(certificate, name)) return null
  const anothers = anothersNameIn(certificate, name)
  if (anothers !== null) {
    const node = nodeNameOf(anothers) ?? anothers
    return fail('otherNode', { observed: [seen('CN', anothers, 'fail', node)], values: { node } })
  }
  const { commonNames } = certificate.subject
  return unknown('otherName', {
    observed: commonNames.map((each) => seen('CN', each, 'unknown')),
    values: { name: joined(commonNames) },
  })
}

/** Compares two sets of SANs, duplicates included, in any order. */
function compare(
  presented: Sans,
  asked: Sans,
  values: Values<'identity.liveCertificate'>,
): LiveAnswer {
  const texts = labelled(presented).map(textOf)
  const unmatched = new Map<string, number>()
  for (const text of texts) unmatched.set(text, (unmatched.get(text) ?? 0) + 1)
  const observed = labelled(asked).map((san) => {
    const text = textOf(san)
    const count = unmatched.get(text) ?? 0
    unmatched.set(text, count - 1)
    return seen(san.kind, san.value, count > 0 ? 'pass' : 'unknown')
  })
  const expected = texts.slice(0, 200)
  const rest = { expected, observed }
  const more = observed.filter(({ outcome }) => outcome !== 'pass').map(({ value }) => value)
  if (more.length > 0) return unknown('asksForMore', { ...rest, values: { sans: joined(more) } })
  const less = [...unmatched].filter(([, count]) => count > 0).map(([san]) => san)
  if (less.length > 0) return unknown('asksForLess', { ...rest, values: { sans: joined(less) } })
  return pass('same', { ...rest, values })
}

interface LabelledSan {
  readonly kind: string
  readonly value: string
}

function labelled(sans: Sans): LabelledSan[] {
  const as = (kind: string, values: readonly string[]) => values.map((value) => ({ kind, value }))
  return [
    ...as('DNS', sans.dnsNames),
    ...as('IP', sans.ipAddresses),
    ...as('e-mail', sans.emailAddresses),
    ...as('URI', sans.uris),
    ...as('SAN', sans.otherNames),
  ]
}

function textOf({ kind, value }: LabelledSan): string {
  return `${kind}:${value}`
}
