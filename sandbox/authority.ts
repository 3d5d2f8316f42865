import { generateKeyPairSync, type KeyObject, randomBytes, X509Certificate } from 'node:crypto'
import * as der from '#lib/csr/fixtures/der-writer.ts'
import { signatureAlgorithm, signatureBits } from '#lib/csr/fixtures/keys.ts'
import {
  basicConstraints,
  dnsName,
  type ExtensionFixture,
  encodeExtension,
  encodeName,
  extKeyUsage,
  ipAddress,
  keyUsage,
  type Name,
  subjectAltName,
} from '#lib/csr/fixtures/request-der.ts'
import { DAY_MS } from '#lib/csr/units-of-time.ts'

/** Holder of a new certificate; `now` in milliseconds since 1970. */
export interface Holder {
  readonly commonName: string
  readonly organizations?: readonly string[]
  /** Address of a server; a holder without one is a client. */
  readonly servesAt?: { readonly name: string; readonly ip: string }
  readonly now: number
}

export interface KeyedCertificate {
  readonly certificate: string
  readonly privateKey: string
}

const KEY_USAGES: Record<string, string> = {
  'digital signature': 'digitalSignature',
  'key encipherment': 'keyEncipherment',
}

const EXT_KEY_USAGES: Record<string, string> = {
  'client auth': 'clientAuth',
  'server auth': 'serverAuth',
}

/** The sandbox's own certificate authority, new at each start. */
export class Authority {
  readonly pem: string
  readonly #name: Name
  readonly #key: KeyObject
  readonly #until: number

  constructor(commonName: string, now: number) {
    const pair = generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
    this.#name = [[{ type: 'CN', value: commonName }]]
    this.#key = pair.privateKey
    this.#until = now + 3650 * DAY_MS
    this.pem = this.#sign({
      subject: this.#name,
      spki: spkiOf(pair.publicKey),
      notBefore: now - DAY_MS,
      notAfter: this.#until,
      extensions: [keyUsage(['digitalSignature', 'keyCertSign']), basicConstraints(true)],
    })
  }

  /** PEM of a certificate for another party's key. */
  issue(contents: {
    readonly commonName: string
    readonly organizations: readonly string[]
    readonly spki: Uint8Array
    /** Usages such as `digital signature`, `client auth`. */
    readonly usages: readonly string[]
    /** Encoded value of the SAN extension. */
    readonly sanValue: Uint8Array | null
    readonly notBefore: number
    readonly notAfter: number
  }): string {
    const pick = (names: Record<string, string>) =>
      contents.usages.flatMap((usage) => names[usage] ?? [])
    const organizations = contents.organizations.map((value) => ({ type: 'O', value }))
    return this.#sign({
      subject: [
        ...(organizations.length === 0 ? [] : [organizations]),
        [{ type: 'CN', value: contents.commonName }],
      ],
      spki: contents.spki,
      notBefore: contents.notBefore,
      notAfter: Math.min(contents.notAfter, this.#until),
      extensions: [
        keyUsage(pick(KEY_USAGES)),
        extKeyUsage(pick(EXT_KEY_USAGES)),
        basicConstraints(false),
        ...(contents.sanValue === null ? [] : [sanExtension(contents.sanValue)]),
      ],
    })
  }

  /** A key and its certificate for a year: for the API server, a person, or a kubelet. */
  issueWithKey({ commonName, organizations = [], servesAt, now }: Holder): KeyedCertificate {
    const pair = generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
    const certificate = this.issue({
      commonName,
      organizations,
      spki: spkiOf(pair.publicKey),
      usages: ['digital signature', servesAt === undefined ? 'client auth' : 'server auth'],
      sanValue: servesAt === undefined ? null : sanOf(servesAt),
      notBefore: now - DAY_MS,
      notAfter: now + 365 * DAY_MS,
    })
    return {
      certificate,
      privateKey: pemOf(pair.privateKey),
    }
  }

  /** A kubelet's own certificate for a year, by a CA of that moment, as `kubelet` makes both. */
  static selfSigned(nodeName: string, now: number): KeyedCertificate {
    const seconds = Math.floor(now / 1000)
    const pair = generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
    const certificate = new Authority(`${nodeName}-ca@${seconds}`, now).issue({
      commonName: `${nodeName}@${seconds}`,
      organizations: [],
      spki: spkiOf(pair.publicKey),
      usages: ['digital signature', 'key encipherment', 'server auth'],
      sanValue: subjectAltName([dnsName(nodeName)]).value,
      notBefore: now - 3_600_000,
      notAfter: now + 365 * DAY_MS,
    })
    return { certificate, privateKey: pemOf(pair.privateKey) }
  }

  #sign(contents: {
    subject: Name
    spki: Uint8Array
    notBefore: number
    notAfter: number
    extensions: readonly ExtensionFixture[]
  }): string {
    const serial = BigInt(`0x${randomBytes(15).toString('hex')}`) + 1n
    const info = der.sequence(
      der.tlv(0xa0, der.integer(2)),
      der.integer(serial),
      signatureAlgorithm('ECDSA-SHA256'),
      encodeName(this.#name),
      der.sequence(time(contents.notBefore), time(contents.notAfter)),
      encodeName(contents.subject),
      contents.spki,
      der.tlv(0xa3, der.sequence(...contents.extensions.map(encodeExtension))),
    )
    const bits = signatureBits(info, this.#key, 'ECDSA-SHA256', false)
    const bytes = der.sequence(info, signatureAlgorithm('ECDSA-SHA256'), bits)
    return new X509Certificate(bytes).toString()
  }
}

function sanOf({ name, ip }: NonNullable<Holder['servesAt']>): Uint8Array {
  return subjectAltName([dnsName(name), ipAddress(ip)]).value
}

/** The SAN extension with an encoded value. */
function sanExtension(value: Uint8Array): ExtensionFixture {
  return { oid: '2.5.29.17', value }
}

export function spkiOf(key: KeyObject): Uint8Array {
  return new Uint8Array(key.export({ format: 'der', type: 'spki' }))
}

export function pemOf(key: KeyObject): string {
  return key.export({ type: 'pkcs8', format: 'pem' }).toString()
}

/** UTCTime, valid until 2049. */
function time(milliseconds: number): Uint8Array {
  const digits = new Date(milliseconds).toISOString().replace(/\D/g, '').slice(2, 14)
  return der.tlv(der.TAG.utcTime, new Uint8Array(Buffer.from(`${digits}Z`)))
}
