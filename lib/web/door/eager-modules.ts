import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { runInNewContext } from 'node:vm'

/**
 * Puts each module of a chunk in parentheses: V8 then compiles it in the background while the chunk
 * arrives. Without them V8 skips the module first, and compiles it on the page's main thread.
 */
export function compiledEagerly(chunk: string): string {
  const pushed: unknown[] = []
  runInNewContext(chunk, { TURBOPACK: pushed })
  const modules = pushed.flat().filter((part) => typeof part === 'function')
  let text = ''
  let at = 0
  for (const module of modules) {
    const source = String(module)
    const from = chunk.indexOf(source, at)
    if (from === -1) return chunk
    text += `${chunk.slice(at, from)}(${source})`
    at = from + source.length
  }
  return text + chunk.slice(at)
}

/** Rewrites every chunk of a build's pages. */
export function compileEagerly(folder: string): void {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name)
    const chunk = name.endsWith('.js') ? readFileSync(path, 'utf8') : ''
    if (chunk.startsWith(CHUNK)) writeFileSync(path, compiledEagerly(chunk))
  }
}

/** Start of a chunk that only adds its modules. */
const CHUNK = '(globalThis.TURBOPACK||(globalThis.TURBOPACK=[])).push(['
