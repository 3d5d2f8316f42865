import { describe, expect, it } from 'vitest'
import { type AuditEntry, createAuditLog, WRITES_APART_MS } from '#lib/journal/audit.ts'
import { manualClock } from '#lib/kube/fixtures/manual-clock.ts'
import { toLogLine } from '#lib/kube/log/log-line.ts'

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

/** A log with recorded writes, and a manual clock. */
function setUp() {
  const clock = manualClock()
  const writes: string[] = []
  const log = createAuditLog(async (lines) => void writes.push(lines), clock)
  /** Answers how many writes there had been when it went on. */
  const record = async (uid: string) => {
    await log.record({ ...entry, uid })
    return writes.length
  }
  const uids = () =>
    writes.map((lines) =>
      lines
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line).uid),
    )
  return { clock, writes, record, uids }
}

const turn = () => new Promise((resolve) => setImmediate(resolve))

describe('the audit log', () => {
  it('the log writes who, what and outcome on one line', async () => {
    const { record, writes } = setUp()
    await record(entry.uid)
    expect(writes).toHaveLength(1)
    expect(writes[0]?.endsWith('}\n')).toBe(true)
    expect(JSON.parse(writes[0] ?? '')).toEqual({ time: '2026-11-24T12:00:00.000Z', ...entry })
  })

  it('the log writes one turn’s entries together, in order, before their callers continue', async () => {
    const { record, uids } = setUp()
    expect(await Promise.all(['u-1', 'u-2', 'u-3'].map(record))).toEqual([1, 1, 1])
    expect(uids()).toEqual([['u-1', 'u-2', 'u-3']])
  })

  it('the log delays entries soon after a write, and their callers', async () => {
    const { clock, record, uids } = setUp()
    await record('u-1')
    const wentOn = [record('u-2')]
    clock.advance(WRITES_APART_MS - 1)
    wentOn.push(record('u-3'))
    await turn()
    expect(uids()).toEqual([['u-1']])
    clock.advance(1)
    expect(await Promise.all(wentOn)).toEqual([2, 2])
    expect(uids()).toEqual([['u-1'], ['u-2', 'u-3']])
  })

  it.each([
    ['after a pause', WRITES_APART_MS],
    ['where the clock was set forward', 3_600_000],
  ])('the log waits for nothing but its turn %s', async (_, ms) => {
    const { clock, record } = setUp()
    await record('u-1')
    clock.advance(ms)
    expect(await record('u-2')).toBe(2)
  })

  it('the log does not wait longer after the clock was set back', async () => {
    const { clock, record } = setUp()
    await record('u-1')
    clock.advance(-3_600_000)
    const wentOn = record('u-2')
    clock.advance(WRITES_APART_MS)
    expect(await wentOn).toBe(2)
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
  ])(
    'the log keeps one visible line and the exact name with %s (hostile input 2)',
    (_case, name) => {
      const line = toLogLine({ ...entry, name })
      expect(line).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u)
      expect(JSON.parse(line).name).toBe(name)
    },
  )
})
