import { execFile } from 'node:child_process'
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execPath, getuid } from 'node:process'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { DocumentPlace } from '#lib/kube/documents/document-place.ts'
import { mayWriteDocument } from '#lib/kube/documents/document-rights.ts'
import { refuse, type ScriptedServer, startScriptedServer } from '#lib/kube/fixtures/api-server.ts'

let server: ScriptedServer
let folder: string

beforeEach(async () => {
  server = await startScriptedServer()
  folder = await mkdtemp(join(tmpdir(), 'rights-'))
})

afterEach(async () => {
  await server.close()
  await rm(folder, { recursive: true })
})

describe('a ConfigMap', () => {
  const place = { kind: 'configMap', namespace: 'countersign', name: 'policy' } as const

  it.each([true, false])('as the API server says: %s', async (allowed) => {
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
  })

  it('is unknown without an answer', async () => {
    server.script.push(refuse(403, 'Forbidden'))
    expect(await mayWriteDocument(server.identity, place)).toBeNull()
  })
})

describe('a file', () => {
  const at = (name: string) => ({ kind: 'file' as const, path: join(folder, name) })

  it('that is there, or is not there yet', async () => {
    await writeFile(join(folder, 'there'), '')
    expect(await mayWriteDocument(server.identity, at('there'))).toBe(true)
    expect(await mayWriteDocument(server.identity, at('not-yet'))).toBe(true)
  })

  it('in a folder that is not there', async () => {
    expect(await mayWriteDocument(server.identity, at('none/policy.yaml'))).toBe(false)
  })

  it.each<[string, string, () => Promise<void>]>([
    ['that may only be read', 'read-only', () => chmod(join(folder, 'read-only'), 0o444)],
    ['in a folder that may only be read', 'read-only', () => chmod(folder, 0o555)],
  ])('%s', async (_case, name, protect) => {
    await writeFile(join(folder, name), '')
    expect(await asOneWhoObeysModes(at(name))).toBe(true)
    await protect()
    expect(await asOneWhoObeysModes(at(name))).toBe(false)
  })
})

/** Root without the right to do whatever it likes to files: the answer comes from another process. */
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
