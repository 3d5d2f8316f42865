/** The whole number that a flag was given. Throws with what it takes. */
export function numberOf(text: string, flag: string, least: number, most: number): number {
  const number = Number(text)
  if (/^\d+$/.test(text) && number >= least && number <= most) return number
  throw new Error(`${flag} takes a whole number from ${least} to ${most}, not "${text}".`)
}
