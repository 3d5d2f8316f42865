import { type Joined, joinedIn } from '#lib/messages/grammar/joining.ts'

export const joined: Joined = joinedIn(
  'ja',
  { type: 'conjunction' },
  {
    blank: '',
    stop: '。',
    quoted: (text) => `「${text}」`,
  },
)
