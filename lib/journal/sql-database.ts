import type { Dialect } from '#lib/journal/record-tables.ts'

export type SqlValue = string | number | null
export type SqlRow = Readonly<Record<string, unknown>>

export interface Statement {
  readonly sql: string
  readonly values: readonly SqlValue[]
}

/** The rows of each statement. */
export type Answers = readonly (readonly SqlRow[])[]

/** A database that runs statements with `$1`, `$2` … in order. */
export interface SqlDatabase {
  readonly dialect: Dialect
  /** Writes in one transaction, after those before. */
  run(statements: readonly Statement[]): Promise<Answers>
  /** Runs statements for as long as they take: a migration reads the whole record. */
  migrate(statements: readonly Statement[]): Promise<unknown>
  /** Reads in one transaction, beside writes. Rejects with SearchTooLong after `within` milliseconds. */
  read(statements: readonly Statement[], within?: number): Promise<Answers>
  /** Bytes that are left on a full volume; null where it has room. */
  room(): Promise<number | null>
  close(): Promise<void>
}

/** The number of a value: PostgreSQL's driver answers 64-bit numbers as text. */
export function numberOf(value: unknown): number {
  return Number(value ?? 0)
}
