/** Reason that the port of a setting could not be bound, and the remedy, in English. */
export function unboundPort(setting: string, error: unknown): string {
  const said = error instanceof Error ? error.message : String(error)
  return `${setting}: ${said}. Name an address of this machine and a free port.`
}
