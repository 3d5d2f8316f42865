import { timesIn } from '#lib/messages/grammar/time.ts'

export const times = timesIn('en-GB', { second: 's', minute: 'min', hour: 'h', day: 'd' })
export const { span, longSpan } = times
