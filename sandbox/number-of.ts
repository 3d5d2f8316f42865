/** The whole number of a flag. Throws with the accepted range. */
export function numberOf(text: string, flag: string, least: number, most: number): number {
  const number = Number(text)
  if (/^\d+$/.test(text) && number >= least && number <= most) return number
  throw new Error(`${flag} takes a whole number from ${least} to ${most}, not "${text}".`)
}
