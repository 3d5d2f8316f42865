import { canonicalDns, dnsKey, hostKey } from '#lib/csr/addresses/addresses.ts'
import { canonicalIp } from '#lib/csr/addresses/ip.ts'
import { isDnsSubdomain } from '#lib/csr/name-syntax.ts'
import { MAX_DOCUMENT_BYTES } from '#lib/csr/policy/admin-document.ts'
import type { ExpectedMachine } from '#lib/csr/policy/expected-list.ts'
import type { ExpectedProblem } from '#lib/csr/policy/expected-problem.ts'
import { isYamlList } from '#lib/csr/policy/expected-text.ts'
import { readExpectedCsv } from '#lib/policy/expected-csv.ts'
import { type ExpectedRow, expectedProblem } from '#lib/policy/expected-row.ts'
import { readExpectedYaml } from '#lib/policy/expected-yaml.ts'

export type ExpectedReading =
  | { readonly value: readonly ExpectedMachine[] }
  /** In the order of their lines, never empty. One problem refuses the whole list. */
  | { readonly problems: readonly ExpectedProblem[] }

const MAX_PROBLEMS = 100
const ROLE = /^[\p{L}\p{N}](?:[\p{L}\p{N}\p{P} ]{0,61}[\p{L}\p{N}])?$/u

/**
 * Reads a list of expected machines from CSV or YAML, told apart by the first line. Strict: an
 * unreadable machine, or a name or address that occurs twice, refuses the list.
 */
export function readExpected(text: string): ExpectedReading {
  if (new TextEncoder().encode(text).length > MAX_DOCUMENT_BYTES) {
    return { problems: [expectedProblem('tooLarge', null, { bytes: String(MAX_DOCUMENT_BYTES) })] }
  }
  // One kind of line end: with mixed ones a comment would include the next line.
  const plain = text.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n')
  const { rows, problems } = isYamlList(plain) ? readExpectedYaml(plain) : readExpectedCsv(plain)
  const list = machinesOf(rows)
  const all = [...problems, ...list.problems].sort((a, b) => (a.line ?? 0) - (b.line ?? 0))
  if (all.length > 0) return { problems: bounded(all) }
  if (list.machines.length === 0) return { problems: [expectedProblem('empty', null)] }
  return { value: list.machines }
}

function machinesOf(rows: readonly ExpectedRow[]) {
  const machines: ExpectedMachine[] = []
  const problems: ExpectedProblem[] = []
  const names = new Map<string, ExpectedRow>()
  const holders = new Map<string, ExpectedRow>()
  for (const row of rows) {
    const { line, name } = row
    const twice = names.get(name)
    if (twice !== undefined) {
      problems.push(expectedProblem('nameTwice', line, { value: name, line: String(twice.line) }))
      continue
    }
    const wrong = nameProblem(row) ?? roleProblem(row)
    if (wrong !== null) problems.push(wrong)
    if (isDnsSubdomain(name)) {
      names.set(name, row)
      for (const key of new Set([dnsKey(name), hostKey(name)])) hold(key, name, row)
    }
    const addresses = new Set<string>()
    for (const value of row.addresses) {
      const address = canonicalAddress(value)
      if (address === null) problems.push(expectedProblem('badAddress', line, { value }))
      else if (!addresses.has(address)) {
        addresses.add(address)
        hold(hostKey(address), value, row)
      }
    }
    machines.push({ name, addresses: [...addresses], role: row.role === '' ? null : row.role })
  }

  /** Refuses an address that two machines have: it would identify neither. */
  function hold(key: string, value: string, row: ExpectedRow): void {
    const holder = holders.get(key)
    if (holder === undefined) holders.set(key, row)
    else if (holder !== row) {
      const values = { value, holder: holder.name, line: String(holder.line) }
      problems.push(expectedProblem('addressTwice', row.line, values))
    }
  }
  return { machines, problems }
}

function nameProblem({ line, name }: ExpectedRow): ExpectedProblem | null {
  if (name === '') return expectedProblem('noName', line)
  if (!isDnsSubdomain(name)) return expectedProblem('badName', line, { value: name })
  // A number after the last dot is that of an address: 10.0.0.300 is a mistyped one.
  const isMistyped = /\.\d+$/.test(name) && canonicalIp(name) === null
  return isMistyped ? expectedProblem('badAddress', line, { value: name }) : null
}

function roleProblem({ line, role }: ExpectedRow): ExpectedProblem | null {
  return role === '' || ROLE.test(role) ? null : expectedProblem('badRole', line, { value: role })
}

/** Null for neither a name nor an address. A malformed IPv4 address is not a name either. */
function canonicalAddress(text: string): string | null {
  const ip = canonicalIp(text)
  if (ip !== null) return ip
  const dns = canonicalDns(text)
  return isDnsSubdomain(dns) && !/(?:^|\.)\d+$/.test(dns) ? dns : null
}

function bounded(problems: readonly ExpectedProblem[]): readonly ExpectedProblem[] {
  if (problems.length <= MAX_PROBLEMS) return problems
  const count = String(problems.length - MAX_PROBLEMS)
  return [...problems.slice(0, MAX_PROBLEMS), expectedProblem('more', null, { count })]
}
