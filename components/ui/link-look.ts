/** A link on one line of a row, cut off with that line. */
export const linkLook = 'reach inline-flex max-w-full min-w-0 underline-offset-3 hover:underline'
