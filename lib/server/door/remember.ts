/**
 * Process-wide singletons. Next bundles route handlers apart from the program that starts them, so
 * a module-level variable exists once per bundle; `globalThis` exists once.
 */
const PREFIX = 'countersign.'

/** The remembered value of that name; null for none in this process. */
export function recall<T>(name: string): T | null {
  return (Reflect.get(globalThis, Symbol.for(PREFIX + name)) as T | undefined) ?? null
}

/** Remembers a value for the whole process, replacing an earlier one. Returns it. */
export function remember<T>(name: string, value: T): T {
  Reflect.set(globalThis, Symbol.for(PREFIX + name), value)
  return value
}
