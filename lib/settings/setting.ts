import { parseArgs } from 'node:util'

/** The reason why a text cannot be used, as a sentence for the person who starts the program. */
export interface Problem {
  readonly problem: string
}

export type Env = Readonly<Record<string, string | undefined>>

/** A setting: where it is given, the sentence that says what it is for, and how its text is read. */
export interface Setting {
  /** The flag, as `--port <number>`; one without a value is a switch. */
  readonly flag?: string
  readonly env?: string
  /** Paths of the chart's values that set it; or, in words, the text that the chart itself gives. */
  readonly chart?: readonly string[] | string
  /** The sentence in Markdown, without a full stop. */
  readonly help: string
  /** Text that is read when none is given. */
  readonly usual?: string
  /** Words for what holds when none is given, where `usual` does not say it. */
  readonly unset?: string
  /** Whether an empty variable is refused: one of any other setting counts as not given. */
  readonly refusesEmpty?: true
  /** Any text but none unless set. `name`: the flag or variable that the text was given as. */
  readonly read?: ((text: string, name: string) => unknown) & { readonly words?: readonly string[] }
}

export type Table = Readonly<Record<string, Setting>>
export type Tables = Readonly<Record<string, Table>>

export function rowsOf(tables: Tables): readonly Setting[] {
  return Object.values(tables).flatMap((table) => Object.values(table))
}

/** Values of a table; null for a setting that is not given and has no usual text. */
export type ValuesOf<Rows extends Table> = {
  readonly [Key in keyof Rows]:
    | (Rows[Key] extends { readonly read: (text: string, name: string) => infer Value }
        ? Exclude<Value, Problem>
        : string)
    | (Rows[Key] extends { readonly usual: string } ? never : null)
}

/** Values of several tables. */
export type AllValues<Of extends Tables> = { readonly [Name in keyof Of]: ValuesOf<Of[Name]> }

/** Command line and environment of a program. Flags by name, without the dashes; a switch is `true`. */
export interface Given {
  readonly flags: Readonly<Record<string, string | boolean | undefined>>
  readonly env: Env
}

/** Name of a setting's flag without the dashes; null without a flag. */
function flagOf({ flag }: Setting): string | null {
  return flag?.split(' ')[0]?.slice(2) ?? null
}

/** Command line of a program: its own settings, others under titles, and `--help`. */
export function readCommand(
  args: readonly string[],
  env: Env,
  usage: string,
  own: Tables,
  others: Readonly<Record<string, Tables>> = {},
): Given | { readonly help: string } | Problem {
  const options = [own, ...Object.values(others)].flatMap(rowsOf).flatMap((setting) => {
    const name = flagOf(setting)
    const type = setting.flag?.includes(' ') ? ('string' as const) : ('boolean' as const)
    return name === null ? [] : [[name, { type }] as const]
  })
  try {
    const help = { type: 'boolean', short: 'h' } as const
    const { values } = parseArgs({
      args: [...args],
      options: { ...Object.fromEntries(options), help },
    })
    if (values.help === true) return { help: helpOf(usage, own, others) }
    return { flags: values as Given['flags'], env }
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) }
  }
}

/** Texts of a setting by the name each was given as; a flag goes before its variable. */
export function textsOf(
  setting: Setting,
  { flags, env }: Given,
): readonly (readonly [name: string, text: string])[] {
  const flag = flagOf(setting)
  const given = flag === null ? undefined : flags[flag]
  const { env: name, refusesEmpty } = setting
  const variable = name === undefined ? undefined : env[name]
  return [
    ...(given === undefined ? [] : [[`--${flag}`, String(given)] as const]),
    ...(name === undefined || variable === undefined || (variable === '' && !refusesEmpty)
      ? []
      : [[name, variable] as const]),
  ]
}

/** Every value of these tables, or the first problem. */
export function readTables<Of extends Tables>(tables: Of, given: Given): AllValues<Of> | Problem {
  const read: Record<string, Record<string, unknown>> = {}
  for (const [title, table] of Object.entries(tables)) {
    const values: Record<string, unknown> = {}
    for (const [key, setting] of Object.entries(table)) {
      const { env = '', usual } = setting
      const [[name, text] = [env, usual]] = textsOf(setting, given)
      const value = text === undefined ? null : (setting.read ?? readAny)(text, name)
      if (isProblem(value)) return value
      values[key] = value
    }
    read[title] = values
  }
  return read as AllValues<Of>
}

function readAny(text: string, name: string): string | Problem {
  return text === '' ? { problem: `${name} is empty.` } : text
}

export function isProblem(value: unknown): value is Problem {
  return typeof value === 'object' && value !== null && 'problem' in value
}

/** Column at which the sentences of a help begin, and the width of its lines. */
const COLUMN = 26

const HELP_FLAG: Setting = { flag: '--help', help: 'this text' }

/** Usage of the program, its own settings with and without a flag, then others under titles. */
function helpOf(usage: string, own: Tables, others: Readonly<Record<string, Tables>>): string {
  const rows = rowsOf(own)
  const options = [...rows.filter(({ flag }) => flag), HELP_FLAG]
  const variables = rows.filter(({ flag }) => !flag)
  const titled = Object.entries(others).map(([title, tables]) => [title, rowsOf(tables)] as const)
  const sections = [['Options', options], ['Environment', variables], ...titled] as const
  return [
    usage,
    ...sections.map(([title, all]) => `${title}\n${all.map(helpEntry).join('')}`),
  ].join('\n')
}

function helpEntry(setting: Setting): string {
  const { flag, env, help } = setting
  const unset = unsetOf(setting)
  const otherwise = unset === null ? [] : [flag === undefined ? unset : `else ${unset}`]
  const sources = [...(flag === undefined || env === undefined ? [] : [env]), ...otherwise]
  const end = sources.length === 0 ? '' : ` (${sources.join(', ')})`
  const text = `${help}${end}`.replaceAll('`', '').replaceAll('(else ', '(')
  const lines = text.match(new RegExp(`.{1,${100 - COLUMN}}(?:\\s|$)`, 'g')) ?? []
  const label = `  ${flag ?? env}`
  const start = label.length < COLUMN - 1 ? '' : `${label}\n`
  return lines.reduce(
    (entry, line, index) =>
      `${entry}${(index === 0 && start === '' ? label : '').padEnd(COLUMN)}${line.trimEnd()}\n`,
    start,
  )
}

/** Value that holds when the setting is not given, in Markdown; null where it is then nothing. */
export function unsetOf({ usual, unset }: Setting): string | null {
  return unset ?? (usual ? `\`${usual}\`` : null)
}
