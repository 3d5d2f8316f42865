import { joinedIn } from '#lib/messages/grammar/joining.ts'

export const joined = joinedIn(
  'en-GB',
  { type: 'unit', style: 'short' },
  {
    blank: ' ',
    stop: '. ',
    quoted: (text) => `“${text}”`,
  },
)
