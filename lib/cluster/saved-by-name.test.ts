import { describe, expect, it } from 'vitest'
import { savedByName } from '#lib/cluster/saved-by-name.ts'
import { cause } from '#lib/csr/cause.ts'
import type { DocumentPlace } from '#lib/csr/policy/admin-document.ts'
import { memoryDocument } from '#lib/kube/documents/memory-document.ts'
import { bearerIdentity } from '#lib/kube/fixtures/bearer-identity.ts'
import { actsAsItself, type Identity } from '#lib/kube/transport/acting-identity.ts'
import { KubeError } from '#lib/kube/transport/errors.ts'

const CONFIG_MAP: DocumentPlace = { kind: 'configMap', namespace: 'openshift-config', name: 'list' }
const FILE: DocumentPlace = { kind: 'file', path: '/etc/list.csv' }

const alice = actsAsItself(
  bearerIdentity(
    'alice',
    {
      origin: 'http://127.0.0.1:1',
      prefix: '',
      ca: null,
      servername: null,
      insecure: false,
      proxy: null,
    },
    'a-token',
  ),
)

/** The saved text, and the identity that wrote it. */
function setUp(
  place: DocumentPlace | null,
  name: () => Promise<string>,
  anyway?: (text: string) => boolean,
) {
  const writtenAs: Identity[] = []
  const inMemory = memoryDocument(() => {})
  const document = {
    ...inMemory,
    save(text: string, version: string | null, as: Identity) {
      writtenAs.push(as)
      return inMemory.save(text, version, as)
    },
  }
  const as = (who: string) => ({ ...alice, name: who })
  const author = { username: 'last', name, as, anyway: { ...alice, name: 'whoever' } }
  const { save, ...saved } = savedByName(document, place, anyway)
  return {
    saved: {
      ...saved,
      save: (text: string, version: string | null) => save(text, version, author),
    },
    writtenAs,
  }
}

const unanswered = () => {
  throw new KubeError(cause('noAnswer', { server: 'it', seconds: 15 }), { kind: 'network' })
}

it('a ConfigMap is written with a credential of the returned username', async () => {
  const { saved, writtenAs } = setUp(CONFIG_MAP, async () => 'alice')
  expect(await saved.save('one', null)).toEqual({ outcome: 'saved', by: 'alice' })
  expect(writtenAs).toMatchObject([{ name: 'alice' }])
})

describe('a document is saved while the username is unknown', () => {
  it('no ConfigMap is written while the username is unknown', async () => {
    const { saved, writtenAs } = setUp(CONFIG_MAP, async () => unanswered())
    expect(await saved.save('one', null)).toMatchObject({
      outcome: 'error',
      causes: [{ code: 'actorUnknown' }, { code: 'noAnswer' }],
    })
    expect([writtenAs, saved.current().text]).toEqual([[], null])
  })

  it('a ConfigMap that is written anyway is saved by the acting user of the moment', async () => {
    const { saved, writtenAs } = setUp(
      CONFIG_MAP,
      async () => unanswered(),
      (text) => text === 'true',
    )
    expect(await saved.save('true', null)).toEqual({ outcome: 'saved', by: '' })
    const { version } = saved.current()
    expect(await saved.save('false', version)).toMatchObject({ outcome: 'error' })
    expect([writtenAs.map(({ name }) => name), saved.current().text]).toEqual([['whoever'], 'true'])
  })

  it.each([
    ['a file', FILE],
    ['memory', null],
  ])('%s: the document is saved all the same, in the last known name', async (_, place) => {
    const { saved } = setUp(place, async () => unanswered())
    expect(await saved.save('one', null)).toEqual({ outcome: 'saved', by: 'last' })
    expect(saved.current().text).toBe('one')
  })
})
