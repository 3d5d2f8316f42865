/** A link on one line of a row, cut off with that line. */
export const linkLook = 'reach inline-flex max-w-full min-w-0 underline-offset-3 hover:underline'
/** A link that is the title of its row. */
export const titleLook = `${linkLook} justify-self-start decoration-line-control decoration-1`
/** A link inside a sentence. */
export const inlineLook = 'text-accent-fg underline underline-offset-3'
