import { generateKeyPairSync } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { beforeEach, describe, expect, it } from 'vitest'
import { eachFolder } from '#lib/kube/fixtures/each-test.ts'
import { createAuthority } from '#lib/kube/fixtures/tls.ts'
import { problemOfFiles } from '#lib/settings/setting-files.ts'
import { readSettings } from '#lib/settings/settings.ts'

const { ca, issue } = createAuthority()
const pair = issue()
const otherKey = issue().key
const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const lockedKey = privateKey
  .export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' })
  .toString()

const folder = eachFolder()
const FILES = {
  COUNTERSIGN_TLS_CERT: 'tls.crt',
  COUNTERSIGN_TLS_KEY: 'tls.key',
  COUNTERSIGN_OIDC_CA_FILE: 'ca.crt',
  COUNTERSIGN_OIDC_CLIENT_SECRET_FILE: 'client-secret',
  COUNTERSIGN_WEBHOOK_SECRET_FILE: 'webhook-secret',
}

beforeEach(() => {
  write('tls.crt', pair.cert)
  write('tls.key', pair.key)
  write('ca.crt', ca)
  write('client-secret', 's3cret\n')
  write('webhook-secret', 'k3y\n')
})

function write(name: string, text: string): void {
  writeFileSync(folder.file(name), text)
}

/** Problem of the files of a service, with one setting changed; paths without the folder. */
function problem(changed: Readonly<Record<string, string>> = {}): string | null {
  const paths = Object.entries({ ...FILES, ...changed }).map(
    ([setting, name]) => [setting, folder.file(name)] as const,
  )
  const reading = readSettings([], {
    COUNTERSIGN_PUBLIC_URL: 'https://countersign.example.com',
    COUNTERSIGN_SIGN_IN: 'oidc',
    COUNTERSIGN_OIDC_ISSUER: 'https://login.example.com',
    COUNTERSIGN_OIDC_CLIENT_ID: 'countersign',
    COUNTERSIGN_WEBHOOK_URL: 'https://chat.example.com/',
    ...Object.fromEntries(paths),
  })
  if (!('settings' in reading)) throw new Error(JSON.stringify(reading))
  return problemOfFiles(reading.settings)?.replaceAll(`${folder.path}/`, '') ?? null
}

it('files that can be used are no problem', () => {
  expect(problem()).toBe(null)
})

it('files that no setting names are no problem', () => {
  expect(problemOfFiles({ service: null, webhook: null })).toBe(null)
})

describe.each(Object.keys(FILES))('%s', (setting) => {
  it('a file that is not there is a problem', () => {
    expect(problem({ [setting]: 'absent' })).toBe(
      `${setting}: "absent" is not there. Correct the path, or put the file there.`,
    )
  })

  it('a folder is a problem', () => {
    mkdirSync(folder.file('folder'))
    expect(problem({ [setting]: 'folder' })).toBe(
      `${setting}: "folder" is a folder. Name a file in it.`,
    )
  })
})

const NO_CERTIFICATE = 'holds no certificate in PEM. Convert the file, or name another one.'
const NO_KEY =
  'holds no private key in PEM without a passphrase. Convert the file, or name another one.'
const EMPTY = 'is empty. Write the secret into it.'

it.each([
  ['COUNTERSIGN_TLS_CERT', 'garbage', 'no PEM', NO_CERTIFICATE],
  ['COUNTERSIGN_TLS_CERT', 'a key', pair.key, NO_CERTIFICATE],
  ['COUNTERSIGN_TLS_KEY', 'nothing', '', NO_KEY],
  ['COUNTERSIGN_TLS_KEY', 'a certificate', pair.cert, NO_KEY],
  ['COUNTERSIGN_TLS_KEY', 'a key with a passphrase', lockedKey, NO_KEY],
  ['COUNTERSIGN_OIDC_CA_FILE', 'nothing', '', NO_CERTIFICATE],
  ['COUNTERSIGN_OIDC_CLIENT_SECRET_FILE', 'blanks', ' \n', EMPTY],
  ['COUNTERSIGN_WEBHOOK_SECRET_FILE', 'nothing', '', EMPTY],
])('%s holds %s', (setting, _, text, why) => {
  write('file', text)
  expect(problem({ [setting]: 'file' })).toBe(`${setting}: "file" ${why}`)
})

it('a key of another certificate is a problem', () => {
  write('tls.key', otherKey)
  expect(problem()).toBe(
    'COUNTERSIGN_TLS_CERT, COUNTERSIGN_TLS_KEY: "tls.crt" and "tls.key" cannot be used together (key values mismatch). Name another certificate with its own key.',
  )
})
