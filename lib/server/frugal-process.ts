/**
 * Import before anything else. The first lists of a large cluster make a lot of garbage at once;
 * left alone, V8 and glibc would keep twice of what stays (5,000 nodes and 10,000 requests: 430 MB
 * instead of 250). What limits them can only be said when a process begins, so this one begins
 * again, in place: same pid, same streams, some 40 ms.
 *
 * `--optimize-for-size` would need no new beginning, and costs a bulk half as much processor again.
 *
 * What is loaded from here on is kept compiled for the next start, which then takes a quarter less.
 */
import { enableCompileCache } from 'node:module'
import { constants, PerformanceObserver } from 'node:perf_hooks'
import { execArgv, execPath } from 'node:process'
import { fileURLToPath } from 'node:url'
import { getHeapStatistics, setFlagsFromString } from 'node:v8'

/**
 * A small heap grows by half before it is collected, in which a bulk is quickest. Of the lists of a large
 * cluster a half would be 60 MB of garbage: a fifth of them costs 5 % of a bulk there.
 */
const GROWTH = { small: 50, large: 20, largeFrom: 100e6 } as const

const FLAGS = [
  // The young generation grows to 6 × this; the default of 16 alone held 110 MB.
  '--max-semi-space-size=8',
  // The old one is collected when it has grown by so much, not when it has doubled.
  `--heap-growing-percent=${GROWTH.small}`,
]
/**
 * Cores are shared with whoever is waited for. V8's quick compiler comes four times as soon, the
 * thorough one a tenth as soon: the first thousands of a bulk took a sixth of its processor for that.
 * What they go by is gathered from a function's first call: that is a little memory, and a process
 * that has just started is as fast as one at work that much sooner.
 */
const COMPILER = [
  '--invocation-count-for-maglev=100',
  '--invocation-count-for-turbofan=30000',
  '--no-lazy-feedback-allocation',
]
/**
 * Larger pieces go back to the system when they are freed: else 70 MB of holes stay. Each arena has holes
 * of its own, and a few threads need no more than two.
 */
const MALLOC = { MALLOC_MMAP_THRESHOLD_: '65536', MALLOC_ARENA_MAX: '2' }
/** Beside Next's own, as code is run from it: never in a folder where others may write, as /tmp. */
const COMPILED = fileURLToPath(new URL('../../.next/cache/compiled', import.meta.url))

// Windows has no exec: there it runs as it is.
if (process.execve !== undefined && !execArgv.includes(FLAGS[0] ?? '')) {
  const argv = [execPath, ...execArgv, ...FLAGS, ...process.argv.slice(1)]
  process.execve(execPath, argv, { ...process.env, ...MALLOC })
}
for (const flag of COMPILER) setFlagsFromString(flag)
// What has just been collected is about what stays; V8 goes by it from the next time on. To its cache of
// compiled code this is another V8: what is loaded for the first time from then on is compiled at each start.
new PerformanceObserver((list) => {
  if (!list.getEntries().some(isWhole)) return
  const { small, large, largeFrom } = GROWTH
  const percent = getHeapStatistics().used_heap_size < largeFrom ? small : large
  setFlagsFromString(`--heap-growing-percent=${percent}`)
}).observe({ entryTypes: ['gc'] })
// Where nothing can be written, it does without.
enableCompileCache(COMPILED)

/** Of the old generation, too: its types lack what kind it was. */
function isWhole(entry: PerformanceEntry): boolean {
  const { kind }: { readonly kind?: number } = Reflect.get(entry, 'detail') ?? {}
  return kind === constants.NODE_PERFORMANCE_GC_MAJOR
}
