import { readFileSync } from 'node:fs'
import { delimiter, dirname } from 'node:path'
import { fileURLToPath } from 'node:url'

const PACKAGE = fileURLToPath(new URL('../package.json', import.meta.url))

/** A script of package.json for `spawn`: its V8 and malloc settings are part of the program. */
export function npmScript(name: string, args: readonly string[]) {
  const command: string = JSON.parse(readFileSync(PACKAGE, 'utf8')).scripts[name]
  return {
    command: 'sh',
    args: ['-c', `${command} "$@"`, name, ...args],
    cwd: dirname(PACKAGE),
    /** The script runs the same Node.js as this process. */
    env: {
      ...process.env,
      PATH: [dirname(process.execPath), process.env.PATH].join(delimiter),
    },
  } as const
}
