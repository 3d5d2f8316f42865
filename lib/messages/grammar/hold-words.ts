import type { Hold, Holder } from '#lib/csr/model.ts'
import type { Because, HoldFindings } from '#lib/csr/rows/hold-findings.ts'

/**
 * Words of one hold. Its blanks: `message`, `reason`, `check`, `beside`, and the `because` of its
 * code.
 */
export interface HoldWords {
  /** A few words for a row; null where the verdict's reason is shown instead. */
  readonly short: string | null
  /** The cause in one sentence. */
  readonly title: string
  /** Meaning of the cause for the machine. */
  readonly text: string
  /** The remedy; absent where a person can only wait. */
  readonly todo?: string
}

/** Words of a finding with codes, each of which may replace the meaning and the remedy. */
interface CodedWords<Code extends string> extends Omit<HoldWords, 'text'> {
  readonly text?: string
  readonly because: Readonly<
    Record<
      Code,
      Partial<Pick<HoldWords, 'text' | 'todo'>> & {
        readonly because: string
      }
    >
  >
}

type WordsOf<By extends Holder, Finding extends keyof HoldFindings[By]> = [
  Because<By, Finding>,
] extends [never]
  ? HoldWords
  : CodedWords<Because<By, Finding>>

/** Words for each hold that the checks do not show: a missing one does not compile. */
export type HoldCatalogue = {
  readonly [By in Holder]: {
    readonly [Finding in keyof HoldFindings[By] as HoldFindings[By][Finding] extends {
      readonly shownBy: string
    }
      ? never
      : Finding]: WordsOf<By, Finding>
  }
}

/** The sentences of one hold from the wire; null for an unknown hold or code. */
export function holdWords(
  { table, beside }: { readonly table: HoldCatalogue; readonly beside: object },
  { holder, finding, values }: Pick<Hold, 'finding' | 'values'> & { readonly holder: string },
): HoldWords | null {
  const findings: Readonly<Record<string, HoldWords | CodedWords<string>>> =
    own(table, holder) ?? {}
  const known = own(findings, finding)
  if (known === undefined) return null
  const code = 'because' in known ? own(known.because, values.because) : { because: '' }
  if (code === undefined) return null
  const other = own(beside as Record<string, string>, values.beside) ?? ''
  const filled = (text: string) =>
    text.replace('{because}', code.because).replace('{beside}', other).trimEnd()
  const { short, title, text = '', todo } = { ...known, ...code }
  return {
    short: short && filled(short),
    title: filled(title),
    text: filled(text),
    ...(todo === undefined ? {} : { todo }),
  }
}

/** The value of an own property. A key from the wire must not reach a prototype. */
function own<Value>(of: Readonly<Record<string, Value>>, key = ''): Value | undefined {
  return Object.hasOwn(of, key) ? of[key] : undefined
}
