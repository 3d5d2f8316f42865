import { joinedIn } from '#lib/messages/joining.ts'

export const joined = joinedIn(new Intl.ListFormat('en-GB', { type: 'unit', style: 'short' }), {
  blank: ' ',
  stop: '. ',
  quoted: (text) => `“${text}”`,
})
