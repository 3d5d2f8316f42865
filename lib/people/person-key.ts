import type { ViewerName } from '#lib/csr/verdict/viewer-overlay.ts'

/** Key of a person: one for all their sessions, and of no other person. */
export const personKey = ({ name, uid = '' }: ViewerName): string => `${uid} ${name}`
