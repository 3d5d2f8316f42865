/** A language’s punctuation between joined texts. */
export interface Joined {
  /** Stands between two sentences. */
  readonly blank: string
  /** Ends a label before a sentence. */
  readonly stop: string
  /** Joins names or values: `a, b, c`. */
  list(values: readonly string[]): string
  /** Values and the punctuation between them, as `list` has them, for values that are elements. */
  parts(values: readonly string[]): readonly Part[]
  sentences(texts: readonly string[]): string
  quoted(text: string): string
}

/** A value, or the punctuation between two values. */
export type Part = { readonly type: 'element' | 'literal'; readonly value: string }

/**
 * `options` are those of `Intl.ListFormat`. The format is made for the first list only: it takes 15
 * ms.
 */
export function joinedIn(
  language: string,
  options: Intl.ListFormatOptions,
  marks: Pick<Joined, 'blank' | 'stop' | 'quoted'>,
): Joined {
  let made: Intl.ListFormat | null = null
  const format = () => (made ??= new Intl.ListFormat(language, options))
  return {
    ...marks,
    list: (values) => format().format(values),
    parts: (values) => format().formatToParts(values),
    sentences: (texts) => texts.join(marks.blank),
  }
}
