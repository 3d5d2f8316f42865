import { execFile } from 'node:child_process'
import { chmod, writeFile } from 'node:fs/promises'
import { execPath, getuid } from 'node:process'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import type { DocumentPlace } from '#lib/csr/policy/admin-document.ts'
import { mayWriteDocument } from '#lib/kube/documents/document-rights.ts'
import { refuse } from '#lib/kube/fixtures/api-server.ts'
import { eachFolder, eachScriptedServer } from '#lib/kube/fixtures/each-test.ts'

const server = eachScriptedServer()
const folder = eachFolder()

describe('a ConfigMap', () => {
  const place = { kind: 'configMap', namespace: 'countersign', name: 'policy' } as const

  it.each([true, false])(
    'the right to write a ConfigMap is the API server’s answer: %s',
    async (allowed) => {
      let asked: unknown
      server.script.push((exchange) => {
        asked = exchange.body
        exchange.json(201, { status: { allowed } })
      })
      expect(await mayWriteDocument(server.identity, place)).toBe(allowed)
      expect(asked).toMatchObject({
        spec: {
          resourceAttributes: {
            resource: 'configmaps',
            verb: 'update',
            namespace: 'countersign',
            name: 'policy',
          },
        },
      })
    },
  )

  it('the right to write a ConfigMap is unknown without an answer', async () => {
    server.script.push(refuse(403, 'Forbidden'))
    expect(await mayWriteDocument(server.identity, place)).toBeNull()
  })
})

describe('a file', () => {
  const at = (name: string) => ({ kind: 'file' as const, path: folder.file(name) })

  it('an existing file and a new one can be written', async () => {
    await writeFile(folder.file('there'), '')
    expect(await mayWriteDocument(server.identity, at('there'))).toBe(true)
    expect(await mayWriteDocument(server.identity, at('not-yet'))).toBe(true)
  })

  it('a file in a missing folder cannot be written', async () => {
    expect(await mayWriteDocument(server.identity, at('none/policy.yaml'))).toBe(false)
  })

  it.each<[string, string, () => Promise<void>]>([
    ['that may only be read', 'read-only', () => chmod(folder.file('read-only'), 0o444)],
    ['in a folder that may only be read', 'read-only', () => chmod(folder.path, 0o555)],
  ])('a file %s may not be written', async (_case, name, protect) => {
    await writeFile(folder.file(name), '')
    expect(await asOneWhoObeysModes(at(name))).toBe(true)
    await protect()
    expect(await asOneWhoObeysModes(at(name))).toBe(false)
  })
})

/** Asks in another process, in which root lacks its power over file modes. */
async function asOneWhoObeysModes(place: DocumentPlace): Promise<unknown> {
  const script = `
    import { mayWriteDocument } from '#lib/kube/documents/document-rights.ts'
    console.log(JSON.stringify(await mayWriteDocument(null, ${JSON.stringify(place)})))`
  const node = [execPath, '--input-type=module', '--eval', script]
  const without = ['setpriv', '--bounding-set=-dac_override,-dac_read_search']
  const [file = '', ...args] = getuid?.() === 0 ? [...without, ...node] : node
  const { stdout } = await promisify(execFile)(file, args, { cwd: import.meta.dirname })
  return JSON.parse(stdout)
}
