import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { parse } from 'yaml'
import { authenticationConfiguration } from '#sandbox/openid/authentication-configuration.ts'
import { CLIENT_ID } from '#sandbox/openid/openid-provider.ts'

const GUIDE = new URL('../../docs/sign-in.md', import.meta.url)

it('docs/sign-in.md shows the configuration that tests give to the real API server', () => {
  const [, shown = ''] = /```yaml\n(.*?)```/s.exec(readFileSync(GUIDE, 'utf8')) ?? []
  const used = JSON.parse(
    authenticationConfiguration({ issuer: 'https://login.example.com', ca: '' }),
  )
  used.jwt[0].issuer.audiences = [CLIENT_ID]
  expect(parse(shown)).toEqual(used)
})
