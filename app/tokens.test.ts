import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))
const tokens = readFileSync(join(root, 'app/tokens.css'), 'utf8')

/** Scales by the start of their classes, with the names that Tailwind has without a token. */
const SCALES = [
  [/(?<![\w-])tracking-([a-z]+)/g, 'tracking', []],
  [/(?<![\w-])rounded(?:-[trbl]{1,2})?-([a-z]+)/g, 'radius', ['none', 'full', 't', 'b', 'bl']],
  [/(?<![\w-])animate-([a-z]+)/g, 'animate', ['none']],
] as const

it('every class of a scale names a token of it: another one would style nothing', () => {
  const files = globSync('{app,components}/**/*.tsx', { cwd: root })
  const unknown = files.flatMap((file) => {
    const text = readFileSync(join(root, file), 'utf8')
    return SCALES.flatMap(([classes, scale, known]: (typeof SCALES)[number]) =>
      [...text.matchAll(classes)]
        .filter(([, name = '']) => !(known as readonly string[]).includes(name))
        .filter(([, name]) => !tokens.includes(`--${scale}-${name}:`))
        .map(([found]) => `${file}: ${found}`),
    )
  })
  expect(unknown).toEqual([])
})
