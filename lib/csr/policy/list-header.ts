import { canonicalIp } from '#lib/csr/addresses/ip.ts'
import { isDnsSubdomain } from '#lib/csr/name-syntax.ts'
import { CONTROL_PLANE_ROLES } from '#lib/csr/names.ts'
import { delimiterOf, isYamlList } from '#lib/csr/policy/expected-text.ts'

/** Roles that are never read as names. */
const ROLES: ReadonlySet<string> = new Set([...CONTROL_PLANE_ROLES, 'worker', 'infra', 'storage'])

/** The columns of a list, as its header names them. */
export const COLUMNS = ['name', 'addresses', 'role'] as const
type Column = (typeof COLUMNS)[number]

/** A first row with such a word is a header in other words: it is never read as a machine. */
const HEADER_WORD =
  /^(?:(?:(?:host|node|machine|server|vm|instance)[-_]?)?(?:names?|ids?)|hosts?|nodes?|machines?|servers?|vms?|instances?|fqdns?|dns|ips?|addresses|address|roles?)$/i

/**
 * Writes the header of a CSV that has none. Null where the columns are not plain: each row has to
 * fit, one column alone can hold the names, and the others hold addresses or roles.
 */
export function withHeader(text: string): {
  readonly text: string
  readonly columns: readonly Column[]
} | null {
  if (isYamlList(text) || text.includes('"')) return null
  const delimiter = delimiterOf(text)
  const rows = text
    .replace(/^\uFEFF/, '')
    .split(/\r\n?|\n/)
    .filter((line) => /\S/.test(line) && !/^\s*#/.test(line))
    .map((line) => line.split(delimiter).map((cell) => cell.trim()))
  const [first = []] = rows
  if (rows.length === 0 || first.some((cell) => HEADER_WORD.test(cell))) return null
  const width = Math.max(...rows.map((row) => row.length))
  const kinds = Array.from({ length: width }, (_, at) => kindOf(rows.map((row) => row[at] ?? '')))
  const columns = kinds.filter((kind) => kind !== null)
  const isPlain = columns.length === width && new Set(columns).size === width
  if (!isPlain || !columns.includes('name')) return null
  return { text: `${columns.join(delimiter)}\n${text.replace(/^\uFEFF/, '')}`, columns }
}

/** The one kind that every cell of the column can be; null for none or several. */
function kindOf(cells: readonly string[]): Column | null {
  const filled = cells.filter((cell) => cell !== '')
  const isNames =
    filled.length === cells.length && cells.every((cell) => isDnsSubdomain(cell) && !isIp(cell))
  const parts = filled.flatMap((cell) => cell.split(/[\s;]+/).filter(Boolean))
  const isAddresses = parts.some(isIp) && parts.every((part) => isIp(part) || isDottedName(part))
  const isRoles = filled.every((cell) => ROLES.has(cell))
  const kinds: readonly (readonly [Column, boolean])[] = [
    ['name', isNames && !isRoles],
    ['addresses', isAddresses],
    ['role', isRoles],
  ]
  const fitting = kinds.filter(([, fits]) => fits).map(([kind]) => kind)
  return filled.length > 0 && fitting.length === 1 ? (fitting[0] ?? null) : null
}

function isIp(text: string): boolean {
  return canonicalIp(text) !== null
}

function isDottedName(text: string): boolean {
  return text.includes('.') && isDnsSubdomain(text.toLowerCase())
}
