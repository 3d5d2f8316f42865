/** Long work in pieces: a generator that yields wherever it may be interrupted. */
export type Steps<Result> = Generator<undefined, Result, undefined>

/** All of it at once. */
export function finish<Result>(steps: Steps<Result>): Result {
  for (;;) {
    const step = steps.next()
    if (step.done === true) return step.value
  }
}

/**
 * With a pause whenever `budgetMs` are used up, so that neither an event loop nor a page stands
 * still. `now` is any clock in milliseconds.
 */
export async function spread<Result>(
  steps: Steps<Result>,
  pause: () => Promise<void>,
  now: () => number,
  budgetMs: number,
): Promise<Result> {
  let until = now() + budgetMs
  for (;;) {
    const step = steps.next()
    if (step.done === true) return step.value
    if (now() >= until) {
      await pause()
      until = now() + budgetMs
    }
  }
}
