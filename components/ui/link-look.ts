/** A link that is one line of a row and cut off with it. */
export const linkLook = 'reach inline-flex max-w-full min-w-0 underline-offset-3 hover:underline'
