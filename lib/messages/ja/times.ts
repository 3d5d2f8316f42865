import { timesIn } from '#lib/messages/grammar/time.ts'

export const times = timesIn('ja-JP', { second: '秒', minute: '分', hour: '時間', day: '日' })
export const { span, longSpan } = times
