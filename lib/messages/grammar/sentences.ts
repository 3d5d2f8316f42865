type BlanksOf<Text> = Text extends `${string}{${infer Name}}${infer Rest}`
  ? Name | BlanksOf<Rest>
  : never

/** Type error with the sentences whose blanks differ from the values of their cause. */
type Exact<Causes, Words> = {
  readonly [Code in keyof Causes]: Code extends keyof Words
    ? [BlanksOf<Words[Code]>, keyof Causes[Code]] extends [
        keyof Causes[Code],
        BlanksOf<Words[Code]>,
      ]
      ? string
      : { readonly blanks: keyof Causes[Code] }
    : string
}

/**
 * Sentences for a group of causes. Each cause must have one, with exactly the blanks for which the
 * cause has values.
 */
export function sentences<Causes extends Readonly<Record<string, object>>>() {
  return <const Words extends { readonly [Code in keyof Causes]: string }>(
    words: Words &
      Exact<Causes, Words> & { readonly [Code in Exclude<keyof Words, keyof Causes>]: never },
  ): { readonly [Code in keyof Causes]: string } => words
}
