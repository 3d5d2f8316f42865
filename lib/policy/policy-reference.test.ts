import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { policySchema } from '#lib/policy/approval-policy.ts'
import { type Shape, VARIABLES } from '#lib/policy/cel-variables.ts'
import { readPolicy } from '#lib/policy/read-policy.ts'

const text = readFileSync(new URL('../../docs/policy.md', import.meta.url), 'utf8')

interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>
  readonly default?: unknown
}

/** Every field of `spec`, with its built-in value. */
function fields(schema: Schema, prefix = ''): (readonly [string, unknown])[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, field]) =>
    field.properties === undefined
      ? [[prefix + name, field.default] as const]
      : fields(field, `${prefix}${name}.`),
  )
}

const spec = (policySchema() as Schema).properties?.spec ?? {}

describe('the reference', () => {
  it.each(fields(spec))(
    'the reference names the field %s with its built-in value %j',
    (name, builtIn) => {
      const row = text.split('\n').find((line) => line.startsWith(`| \`${name}\` |`))
      const [, , answerTo = ''] = row?.split('|') ?? []
      const values = Array.isArray(builtIn) && builtIn.length > 0 ? builtIn : [builtIn]
      for (const value of values) {
        expect(answerTo).toContain(Array.isArray(value) ? '`[]`' : `\`${String(value)}\``)
      }
    },
  )

  it.each(Object.entries(VARIABLES))(
    'the reference has every field of %s',
    (variable, shape: Shape) => {
      const row = text.split('\n').find((line) => line.startsWith(`| \`${variable}\` |`)) ?? ''
      const names = shape.kind === 'object' ? Object.keys(shape.fields) : []
      for (const name of names) expect(row).toContain(`\`${name}\``)
    },
  )

  it('the reference’s examples are valid policies with valid rules', () => {
    const blocks = [...text.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, block = '']) => block)
    const [head = '', rules = ''] = blocks
    expect(readPolicy(head)).toHaveProperty('value')
    const whole = head.replace(/spec: .*/, `spec:\n${rules.replace(/^/gm, '  ')}`)
    expect(readPolicy(whole)).toMatchObject({ value: { rules: [{}] } })
  })
})
