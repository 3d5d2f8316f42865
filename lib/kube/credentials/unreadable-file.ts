import { codeOf } from '#lib/kube/transport/errors.ts'

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'is not there. Correct the path, or put the file there.',
  EACCES: 'may not be read by this process. Let its user read the file.',
  EISDIR: 'is a folder. Name a file in it.',
}

/** Reason that the file at `path` could not be read, and the remedy, in English. */
export function unreadableFile(path: string, error: unknown): string {
  const code = codeOf(error) || 'failed'
  return `"${path}" ${REASONS[code] ?? `cannot be read (${code}).`}`
}
