import { type RefinementCtx, type ZodType, z } from 'zod'
import { type Cause, cause } from '#lib/csr/cause.ts'
import { ROLE_GROUPS } from '#lib/csr/machine/role-rank.ts'
import { TRUST_LEVELS } from '#lib/csr/policy/trust.ts'
import { searchWords } from '#lib/journal/search-text.ts'
import { problemResponse } from '#lib/refusals/problem.ts'
import { JOIN_PERIODS } from '#lib/wire/join-answers.ts'
import type { Range } from '#lib/wire/range.ts'
import { APPROVER_PROGRAMS } from '#lib/wire/run-answers.ts'
import {
  DECISION_FILTERS,
  EXPECTED_FILTERS,
  EXPORT_FORMATS,
  KUBELET_FILTERS,
  type ListName,
  type Lists,
  MACHINE_SECTIONS,
  MACHINE_SORTS,
  NODE_FILTERS,
  ORIGINS,
  REQUEST_VERDICTS,
  REQUESTOR_FILTERS,
  STATUS_FILTERS,
  VERDICT_GROUPS,
  VIEW_PAGE,
  VIEW_PAGE_LIMIT,
  VIEW_TEXT_LIMIT,
  VIEW_WORDS_LIMIT,
} from '#lib/wire/views.ts'

export const index = z
  .string()
  .regex(/^\d{1,9}$/, 'not a whole number')
  .transform(Number)
  .optional()
/** Words, each of which a row must contain. */
export const text = z
  .string()
  .max(VIEW_TEXT_LIMIT)
  .refine((words) => searchWords(words).length <= VIEW_WORDS_LIMIT, {
    params: { why: cause('tooManyWords', { most: VIEW_WORDS_LIMIT }) },
  })
  .default('')
const paged = { from: index, to: index, text }

/** A moment as ISO 8601, in milliseconds since the epoch. */
const moment = z.iso.datetime({ offset: true }).transform(Date.parse).optional()
const machine = z.string().max(VIEW_TEXT_LIMIT).optional()
const decisions = {
  text,
  decision: z.enum(DECISION_FILTERS).default('all'),
  machine,
  origin: z.enum(ORIGINS).optional(),
  since: moment,
  before: moment,
}

/** A schema for each parameter that a page may send of a list. */
const fields = {
  machines: {
    ...paged,
    section: z.enum(MACHINE_SECTIONS),
    verdict: z.enum(['all', ...VERDICT_GROUPS]).default('all'),
    sort: z.enum(MACHINE_SORTS).default('deadline'),
  },
  requests: {
    ...paged,
    status: z.enum(STATUS_FILTERS).default('all'),
    signerName: z.string().max(VIEW_TEXT_LIMIT).optional(),
    requestor: z.enum(REQUESTOR_FILTERS).optional(),
    verdict: z.enum(REQUEST_VERDICTS).optional(),
    superseded: z.enum(['shown', 'hidden']).default('shown'),
  },
  activity: { ...paged, ...decisions },
  alarms: { from: index, to: index, uid: z.string().max(64).optional() },
  nodes: { ...paged, filter: z.enum(NODE_FILTERS).default('all') },
  kubelets: { ...paged, filter: z.enum(KUBELET_FILTERS).default('all') },
  expected: { ...paged, filter: z.enum(EXPECTED_FILTERS).default('all') },
} as const satisfies {
  readonly [Name in ListName]: Record<keyof Lists[Name]['filter'] | 'from' | 'to', ZodType>
}

/** The query of a list: its filter and the range of its rows, each with its default. */
export type Asked<Name extends ListName> = z.infer<z.ZodObject<(typeof fields)[Name]>> & Range

/** The query of each list. */
export const LISTS: { readonly [Name in ListName]: ZodType<Asked<Name>> } = {
  machines: z.strictObject(fields.machines).transform(withRange),
  requests: z.strictObject(fields.requests).transform(withRange),
  activity: z.strictObject(fields.activity).transform(withRange),
  alarms: z.strictObject(fields.alarms).transform(withRange),
  nodes: z.strictObject(fields.nodes).transform(withRange),
  kubelets: z.strictObject(fields.kubelets).transform(withRange),
  expected: z.strictObject(fields.expected).transform(withRange),
}

export const exportQuery = z.strictObject({ ...decisions, format: z.enum(EXPORT_FORMATS) })

export const recordQuery = z.strictObject({ machine })
export const runQuery = z.strictObject({ from: index.default(0) })

/** Offset of the reader's time zone from UTC in minutes, for the end of a day. */
const offset = z
  .string()
  .regex(/^-?\d{1,3}$/, 'not a number of minutes')
  .transform(Number)
  .default(0)

export const joinsQuery = z.strictObject({
  days: z.enum(JOIN_PERIODS.map(String)).default('30').transform(Number),
  offset,
})

/** Query of a plan's script: the ticks, as in the body of a run. */
export const scriptQuery = z
  .strictObject({
    program: z.enum(APPROVER_PROGRAMS).default('kubectl'),
    ticks: listOf([...TRUST_LEVELS, ...ROLE_GROUPS]),
    superseded: z.enum(['shown', 'hidden']).default('shown'),
  })
  .transform(({ program, ticks, superseded }) => ({
    program,
    verified: ticks.includes('verified'),
    plausible: ticks.includes('plausible'),
    rebootstrapping: ticks.includes('rebootstrapping'),
    roles: ROLE_GROUPS.filter((role) => ticks.includes(role)),
    superseded: superseded === 'shown',
  }))

/** Words of a list, with commas between them. */
function listOf<Word extends string>(words: readonly Word[]) {
  return z
    .string()
    .max(VIEW_TEXT_LIMIT)
    .transform((text) => text.split(',').filter((word) => word !== ''))
    .pipe(z.array(z.enum(words)))
}

export const searchQuery = z.strictObject({ text })

export const summaryQuery = z.strictObject({})

type Bounds = { readonly from?: number | undefined; readonly to?: number | undefined }

function withRange<Asked extends Bounds>(asked: Asked, context: RefinementCtx): Asked & Range {
  return ranged(asked, context, { rows: VIEW_PAGE, most: VIEW_PAGE_LIMIT })
}

/** The range `from` to `to`; without `to`, `rows` rows. */
export function ranged<Asked extends Bounds>(
  asked: Asked,
  context: RefinementCtx,
  { rows, most }: { readonly rows: number; readonly most: number },
): Asked & Range {
  const from = asked.from ?? 0
  const to = asked.to ?? from + rows
  if (to <= from || to > from + most) {
    const message = `not 1 to ${most} more than "from"`
    context.addIssue({ code: 'custom', path: ['to'], message })
  }
  return { ...asked, from, to }
}

export function readQuery<Asked>(
  url: string,
  schema: ZodType<Asked>,
): { readonly asked: Asked } | { readonly refusal: Response } {
  const { searchParams } = new URL(url)
  const given = [...searchParams.keys()]
  const twice = given.find((field, at) => given.indexOf(field) < at)
  if (twice !== undefined) return refuse(twice, 'given twice')
  const result = schema.safeParse(Object.fromEntries(searchParams))
  if (result.success) return { asked: result.data }
  const [issue] = result.error.issues
  if (issue?.code === 'unrecognized_keys') return refuse(issue.keys[0] ?? '', 'no such parameter')
  // Only causes of this file are in it.
  const why = issue?.code === 'custom' ? (issue.params?.why as Cause | undefined) : undefined
  if (why !== undefined) return { refusal: problemResponse('badRequest', why) }
  return refuse(issue?.path.map(String).join('.') ?? '', issue?.message ?? '')
}

function refuse(field: string, said: string): { readonly refusal: Response } {
  const why = cause('queryFieldInvalid', { field, said })
  return { refusal: problemResponse('badRequest', why) }
}
