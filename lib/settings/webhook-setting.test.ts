import { describe, expect, it } from 'vitest'
import { readWebhookSetting } from '#lib/settings/webhook-setting.ts'

const URL_TEXT = 'https://hooks.example.com/services/T02/k3y'

it('is off without an address', () => {
  expect(readWebhookSetting({})).toEqual({ webhook: null })
})

it('has the format json, English and no secret unless given', () => {
  expect(readWebhookSetting({ COUNTERSIGN_WEBHOOK_URL: URL_TEXT })).toEqual({
    webhook: { url: new URL(URL_TEXT), format: 'json', language: 'en', secretFile: null },
  })
})

describe('an address that is refused, without repeating it', () => {
  it.each([
    ['no address', 'k3y'],
    ['another protocol', 'ftp://hooks.example.com/k3y'],
    ['a file', 'file:///k3y'],
    ['a user', 'https://kim@hooks.example.com/k3y'],
    ['a password', 'https://:k3y@hooks.example.com/'],
    ['a fragment', 'https://hooks.example.com/#k3y'],
  ])('%s', (_, text) => {
    const reading = readWebhookSetting({ COUNTERSIGN_WEBHOOK_URL: text })
    expect(reading).toEqual({ problem: expect.stringContaining('http or https address') })
    expect(JSON.stringify(reading)).not.toContain('k3y')
  })
})

it('refuses a language that there is not, also without an address', () => {
  expect(readWebhookSetting({ COUNTERSIGN_WEBHOOK_LANGUAGE: 'de' })).toEqual({
    problem: 'COUNTERSIGN_WEBHOOK_LANGUAGE: "de" is none of en, ja.',
  })
})

it('refuses an unknown format, also without an address', () => {
  expect(readWebhookSetting({ COUNTERSIGN_WEBHOOK_FORMAT: 'email' })).toEqual({
    problem: 'COUNTERSIGN_WEBHOOK_FORMAT: "email" is none of json, slack, teams, alertmanager.',
  })
})
