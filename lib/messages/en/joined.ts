import { joinedIn } from '#lib/messages/joining.ts'

export const joined = joinedIn(
  'en-GB',
  { type: 'unit', style: 'short' },
  {
    blank: ' ',
    stop: '. ',
    quoted: (text) => `“${text}”`,
  },
)
