import type { Condition, KubeObject } from '#sandbox/objects.ts'
import { timestamp } from '#sandbox/sandbox-clock.ts'

/** Content type of kubectl's writes. */
export const PROTOBUF = 'application/vnd.kubernetes.protobuf'
/** First bytes of an object in this encoding, before a `runtime.Unknown`. */
const MAGIC = 'k8s\0'

/** Fields of a message by number, in order: a number, or the bytes of a string or a message. */
type Message = ReadonlyMap<number, readonly (number | Buffer)[]>

/**
 * A CertificateSigningRequest in Kubernetes' protobuf encoding, with the fields that an approval
 * may change. Field numbers are those of `generated.proto`. Null when it is unreadable.
 */
export function readProtobufCsr(bytes: Buffer): KubeObject | null {
  if (!bytes.toString('latin1').startsWith(MAGIC)) return null
  try {
    const [csr] = messages(readMessage(bytes.subarray(MAGIC.length)), 2)
    const [metadata] = csr === undefined ? [] : messages(csr, 1)
    const [status] = csr === undefined ? [] : messages(csr, 3)
    if (metadata === undefined) return null
    return {
      metadata: {
        name: text(metadata, 1),
        uid: text(metadata, 5),
        resourceVersion: text(metadata, 6),
        ...(metadata.has(11) ? { labels: texts(metadata, 11) } : {}),
        ...(metadata.has(12) ? { annotations: texts(metadata, 12) } : {}),
      },
      status: { conditions: status === undefined ? [] : messages(status, 1).map(readCondition) },
    }
  } catch {
    return null
  }
}

function readCondition(condition: Message): Condition {
  const lastUpdateTime = time(condition, 4)
  return {
    type: text(condition, 1),
    status: text(condition, 6),
    reason: text(condition, 2),
    message: text(condition, 3),
    ...(lastUpdateTime === null ? {} : { lastUpdateTime }),
  }
}

/** Throws a RangeError when a field ends after its message. */
function readMessage(bytes: Buffer): Message {
  const fields = new Map<number, (number | Buffer)[]>()
  let at = 0
  const varint = () => {
    for (let value = 0, factor = 1; ; factor *= 128) {
      const byte = bytes.readUInt8(at++)
      value += (byte % 128) * factor
      if (byte < 128) return value
    }
  }
  while (at < bytes.length) {
    const tag = varint()
    const isNumber = tag % 8 === 0
    const first = varint()
    if (!isNumber) at += first
    if (at > bytes.length) throw new RangeError('a field ends after its message')
    const value = isNumber ? first : bytes.subarray(at - first, at)
    const number = Math.floor(tag / 8)
    fields.set(number, [...(fields.get(number) ?? []), value])
  }
  return fields
}

function parts(message: Message, number: number): Buffer[] {
  return (message.get(number) ?? []).filter((value) => typeof value !== 'number')
}

function messages(message: Message, number: number): Message[] {
  return parts(message, number).map(readMessage)
}

function text(message: Message, number: number): string {
  return parts(message, number).at(-1)?.toString() ?? ''
}

function texts(message: Message, number: number): Record<string, string> {
  return Object.fromEntries(messages(message, number).map((pair) => [text(pair, 1), text(pair, 2)]))
}

function time(message: Message, number: number): string | null {
  const seconds = messages(message, number).at(-1)?.get(1)?.at(-1)
  return typeof seconds === 'number' ? timestamp(seconds * 1000) : null
}
