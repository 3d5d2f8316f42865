/**
 * Process-wide singletons. Next bundles route handlers apart from the program that starts them, so
 * a module-level variable exists once per bundle; `globalThis` exists once.
 */
const PREFIX = 'countersign.'

/** The remembered value of that name, or null when nothing was remembered in this process. */
export function recall<T>(name: string): T | null {
  return (Reflect.get(globalThis, Symbol.for(PREFIX + name)) as T | undefined) ?? null
}

/** Remembers a value for the whole process, in place of an earlier one. Answers it. */
export function remember<T>(name: string, value: T): T {
  Reflect.set(globalThis, Symbol.for(PREFIX + name), value)
  return value
}
