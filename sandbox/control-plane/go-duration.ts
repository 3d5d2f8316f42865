const GO_DURATION =
  /^(?=.*[1-9])(\d{1,5}h)?(\d{1,5}m)?(\d{1,5}(\.\d{1,3})?s)?(\d{1,5}(\.\d{1,3})?ms)?$/

/** A flag's duration in Go's notation. Throws with the accepted forms. */
export function goDuration(text: string, flag: string): string {
  if (GO_DURATION.test(text)) return text
  throw new Error(`${flag} takes a duration such as 90s, 15m or 1h30m, not "${text}".`)
}
