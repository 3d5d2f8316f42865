import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))
const read = (path: string) => readFileSync(join(root, path), 'utf8')

interface Instruction {
  readonly name: string
  readonly words: readonly string[]
}

/** Instructions of the Dockerfile, in order; it has no line that goes on in the next one. */
const instructions: readonly Instruction[] = read('Dockerfile')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#'))
  .map((line) => {
    const [name = '', ...words] = line.split(' ')
    return { name, words }
  })
const named = (name: string) =>
  instructions.filter((one) => one.name === name).map(({ words }) => words.join(' '))

/** The default value of a build argument. */
function defaultOf(argument: 'NODE' | 'BASE'): string {
  const text = named('ARG').find((one) => one.startsWith(`${argument}=`))
  return text?.split('=')[1] ?? ''
}

it('the build uses one image, and ships another that a build argument names', () => {
  const inOrder = ['NODE', 'BASE', 'NODE', 'BASE']
  expect(named('ARG').map((text) => text.split('=')[0])).toEqual(inOrder)
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a Dockerfile spells its arguments so
  expect(named('FROM')).toEqual(['${NODE} AS build', '${BASE}'])
})

describe('the build first checks that its base images are named by digest', () => {
  const DIGEST = `sha256:${'0123456789abcdef'.repeat(4)}`
  const node = `docker.io/library/node@${DIGEST}`
  const base = `registry.example.com:5000/base:1.0@${DIGEST}`

  /** Exit code and output of the build's first command, which only compares texts and runs here. */
  function firstRun(node: string, base: string) {
    const command = named('RUN')[0] ?? ''
    expect(command).toMatch(/^for image in "NODE=\$NODE" "BASE=\$BASE"; do case /)
    const { status, stderr } = spawnSync('sh', [
      '-c',
      `NODE=$1 BASE=$2; ${command}`,
      'sh',
      node,
      base,
    ])
    return [status, `${stderr}`]
  }

  it('a build with both images by digest goes on', () => {
    expect(firstRun(node, base)).toEqual([0, ''])
  })

  it.each<[what: string, NODE: string, BASE: string, named: string]>([
    ['the default of NODE', defaultOf('NODE'), base, `NODE=${defaultOf('NODE')}`],
    ['the default of BASE', node, defaultOf('BASE'), `BASE=${defaultOf('BASE')}`],
    ['a cut digest', node, base.slice(0, -1), `BASE=${base.slice(0, -1)}`],
    ['nothing', node, '', 'BASE='],
  ])('a build with %s ends with one line', (_, NODE, BASE, wrong) => {
    expect(firstRun(NODE, BASE)).toEqual([
      1,
      `${wrong} is no digest. Name the image as --build-arg ${wrong.slice(0, 4)}=<image>@sha256:<digest>: docs/install.md says how to read it.\n`,
    ])
  })
})

it('the image has only files that exist or that its build stage made', () => {
  const copies = instructions.filter(({ name }) => name === 'COPY').map(({ words }) => words)
  const fromBuild = copies.filter(([first]) => first === '--from=build')
  expect(fromBuild.map(([, source]) => source)).toEqual(['/usr/local/bin/node', '/image/'])
  expect(named('RUN').at(-1)).toMatch(/--files \/image$/)
  const fromHere = copies.filter((words) => !fromBuild.includes(words))
  const missing = fromHere
    .flatMap((words) => words.slice(0, -1))
    .filter((path) => !existsSync(join(root, path)))
  expect(missing).toEqual([])
})

it('the image runs only scripts that package.json has', () => {
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> }
  const run = [
    ...named('RUN')
      .join('\n')
      .matchAll(/npm run (\S+)/g),
  ].map(([, script]) => script)
  expect(run).toEqual(['build', 'image'])
  expect(run.filter((script) => !(String(script) in scripts))).toEqual([])
})

it('the image is configured like the one that `npm run image` makes', () => {
  const made = read('deploy/release/oci-archive.ts')
  const [user] = named('USER')
  expect(user).toBe('65532:65532')
  expect(made).toContain('const USER = 65_532')
  for (const text of named('ENV').flatMap((words) => words.split(' '))) {
    expect(made).toContain(`'${text}'`)
  }
  expect(made).toContain(`WorkingDir: '${named('WORKDIR').at(-1)}'`)
  expect(made).toContain(`Cmd: ${(named('CMD')[0] ?? '').replaceAll('"', "'")}`)
})

it('the build’s context leaves out what git ignores', () => {
  const left = read('.dockerignore').split('\n')
  expect(left).toEqual(expect.arrayContaining(['.git', '.next*', 'node_modules', '.cache']))
})
