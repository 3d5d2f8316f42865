type BlanksOf<Text> = Text extends `${string}{${infer Name}}${infer Rest}`
  ? Name | BlanksOf<Rest>
  : never

/** Type error that names sentences whose blanks differ from their cause's values. */
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
 * Sentences of a group of causes: one for each cause, with exactly the blanks that the cause has
 * values for, or it does not compile.
 */
export function sentences<Causes extends Readonly<Record<string, object>>>() {
  return <const Words extends { readonly [Code in keyof Causes]: string }>(
    words: Words &
      Exact<Causes, Words> & { readonly [Code in Exclude<keyof Words, keyof Causes>]: never },
  ): { readonly [Code in keyof Causes]: string } => words
}
