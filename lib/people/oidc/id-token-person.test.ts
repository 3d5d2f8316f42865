import { expect, it } from 'vitest'
import { personOf } from '#lib/people/oidc/id-token-person.ts'

const MAPPINGS = {
  usernameClaim: 'sub',
  usernamePrefix: 'oidc:',
  groupsClaim: 'groups',
  groupsPrefix: 'oidc:',
}
const BARE = { ...MAPPINGS, usernamePrefix: '', groupsPrefix: '' }
const idToken = (claims: object) =>
  `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.x`

it.each<[string, object, object]>([
  ['user and groups', { sub: 'alice', groups: ['a', 'b'] }, ['oidc:a', 'oidc:b']],
  ['no groups', { sub: 'alice' }, []],
  ['one group as a text', { sub: 'alice', groups: 'a' }, ['oidc:a']],
  ['a group twice', { sub: 'alice', groups: ['a', 'a'] }, ['oidc:a']],
  ['letters beyond ASCII', { sub: 'alice', groups: ['Zürich'] }, ['oidc:Zürich']],
])('an ID token with %s names its person', (_, claims, groups) => {
  expect(personOf(idToken(claims), MAPPINGS)).toEqual({ username: 'oidc:alice', groups })
})

it.each<[string, object]>([
  ['no user', { groups: ['a'] }],
  ['an empty user', { sub: '' }],
  ['a number', { sub: 1 }],
  ['a reserved user', { sub: 'system:admin' }],
  ['a reserved group', { sub: 'alice', groups: ['a', 'system:masters'] }],
  ['a line break', { sub: 'alice\r\nImpersonate-Group: system:masters' }],
  ['a control character', { sub: 'alice\u0000' }],
  ['an invisible character', { sub: 'ali\u200bce' }],
  ['a blank at the end', { sub: 'alice ' }],
  ['a long user', { sub: 'a'.repeat(300) }],
  ['a group that is no text', { sub: 'alice', groups: [['system:masters']] }],
  ['groups that are no list', { sub: 'alice', groups: { a: true } }],
  ['251 groups', { sub: 'alice', groups: Array.from({ length: 251 }, (_, at) => `g${at}`) }],
])('an ID token with %s names no person, with a prefix and without', (_, claims) => {
  expect(personOf(idToken(claims), MAPPINGS)).toBeNull()
  expect(personOf(idToken(claims), BARE)).toBeNull()
})

it('an ID token whose prefix makes a reserved name names no person', () => {
  const mappings = { ...BARE, groupsPrefix: 'system:' }
  expect(personOf(idToken({ sub: 'alice', groups: ['masters'] }), mappings)).toBeNull()
})

it.each([
  ['confirmed', { email_verified: true }, 'a@example.com'],
  ['of a provider that does not say', {}, 'a@example.com'],
  ['not confirmed', { email_verified: false }, undefined],
  ['confirmed by a text', { email_verified: 'true' }, undefined],
])('an address counts only if it is confirmed: %s', (_, claims, username) => {
  const token = idToken({ email: 'a@example.com', ...claims })
  expect(personOf(token, { ...BARE, usernameClaim: 'email' })?.username).toBe(username)
})

it('a missing ID token names no person', () => {
  expect(personOf(null, MAPPINGS)).toBeNull()
})
