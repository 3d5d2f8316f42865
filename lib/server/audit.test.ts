import { describe, expect, it } from 'vitest'
import { toLogLine } from '#lib/kube/log-line.ts'
import { type AuditEntry, createAuditLog } from './audit.ts'

const entry: AuditEntry = {
  event: 'decision.end',
  requestId: 'r-1',
  who: 'admin',
  decision: 'approve',
  uid: 'u-1',
  name: 'csr-1',
  node: 'worker-1',
  signer: 'kubernetes.io/kubelet-serving',
  fingerprint: 'ab',
  note: null,
  outcome: 'approved',
}

describe('the audit log', () => {
  it('writes who, what and outcome on one line', async () => {
    const lines: string[] = []
    await createAuditLog(
      (line) => lines.push(line),
      () => 0,
    ).record(entry)
    expect(lines).toHaveLength(1)
    expect(lines[0]?.endsWith('}\n')).toBe(true)
    expect(JSON.parse(lines[0] ?? '')).toEqual({ time: '1970-01-01T00:00:00.000Z', ...entry })
  })

  it('writes what belongs to one turn together, in order, before anybody goes on', async () => {
    const writes: string[] = []
    const log = createAuditLog(
      (lines) => writes.push(lines),
      () => 0,
    )
    const wentOn = ['u-1', 'u-2', 'u-3'].map(async (uid) => {
      await log.record({ ...entry, uid })
      return writes.length
    })
    expect(await Promise.all(wentOn)).toEqual([1, 1, 1])
    await log.record({ ...entry, uid: 'u-4' })
    const uids = writes.map((lines) =>
      lines
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line).uid),
    )
    expect(uids).toEqual([['u-1', 'u-2', 'u-3'], ['u-4']])
  })

  it.each([
    ['a line break', 'csr\n{"event":"decision.end"}'],
    ['a carriage return', 'csr\rforged'],
    ['U+2028', 'csr\u2028forged'],
    ['U+202E', 'csr\u202egpj'],
    ['zero width', 'c\u200bsr'],
    ['an escape sequence', '\u001b[2J'],
    ['a lone surrogate', 'csr\ud800'],
    ['a tag character', 'csr\u{e0041}'],
    ['markup', '<img src=x onerror=alert(1)>'],
  ])('keeps one visible line and the exact name with %s (hostile input 2)', (_case, name) => {
    const line = toLogLine({ ...entry, name })
    expect(line).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u)
    expect(JSON.parse(line).name).toBe(name)
  })
})
