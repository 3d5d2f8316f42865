import { z } from 'zod'

/** The header in which Next's router names the parts of the page that it has. */
export const ROUTER_STATE = 'next-router-state-tree'

const KINDS = [
  ...['c', 'ci(..)(..)', 'ci(.)', 'ci(..)', 'ci(...)'],
  ...['oc', 'd', 'di(..)(..)', 'di(.)', 'di(..)', 'di(...)'],
]
const segment = z.union([
  z.string(),
  z.tuple([z.string(), z.string(), z.enum(KINDS), z.array(z.string()).nullable()]),
])
/** The shape that Next's own reader accepts; a test compares both. */
const tree: z.ZodType = z.tuple([
  segment,
  z.record(
    z.string(),
    z.lazy(() => tree),
  ),
  z.tuple([z.string(), z.string()]).nullish(),
  z.enum(['refetch', 'inside-shared-layout', 'metadata-only']).nullish(),
  z.number().nullish(),
  z.string().optional(),
])

/** Whether Next can read the header. Next answers an unreadable one with 500 and logs a stack. */
export function isRouterState(header: string): boolean {
  // Longest header in characters; our pages' headers have some hundreds.
  if (header.length > 8192) return false
  try {
    return tree.safeParse(JSON.parse(decodeURIComponent(header))).success
  } catch {
    return false
  }
}
