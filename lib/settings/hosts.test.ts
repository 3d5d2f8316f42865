import { describe, expect, it } from 'vitest'
import { hostsAt, hostsOf, knowsNames, makeLabel } from '#lib/settings/hosts.ts'

describe('hostsOf', () => {
  it.each([
    [{ scripts: 8430, pages: null }, 'f00d.localhost:8430', ['127.0.0.1:8430', 'localhost:8430']],
    [{ scripts: 8430, pages: 49153 }, '127.0.0.1:49153', ['127.0.0.1:8430', 'localhost:8430']],
    // A browser leaves the port of http out.
    [{ scripts: 80, pages: null }, 'f00d.localhost', ['127.0.0.1', 'localhost']],
  ])('a server with the ports %o has its pages at %s', (ports, pages, scripts) => {
    expect(hostsOf(ports, 'f00d')).toEqual({ scheme: 'http', pages, scripts: new Set(scripts) })
  })

  it('one origin has all of it in team mode', () => {
    expect(hostsAt('https://countersign.example.com')).toEqual({
      ...{ scheme: 'https', pages: 'countersign.example.com', scripts: new Set() },
    })
  })

  it('makeLabel makes a DNS label of 80 bits, another one at each start', () => {
    const labels = new Set(Array.from({ length: 50 }, makeLabel))
    expect(labels.size).toBe(50)
    for (const label of labels) expect(label).toMatch(/^[0-9a-f]{20}$/)
  })
})

describe('knowsNames: Safari asks the system, other browsers do not', () => {
  it.each([
    ['linux', false, true],
    ['win32', false, true],
    ['darwin', false, false],
    ['darwin', true, true],
  ] as const)('%s, where the system says %s: %s', async (platform, isOurs, expected) => {
    const asked: string[] = []
    const ask = async (name: string) => {
      asked.push(name)
      return isOurs
    }
    expect(await knowsNames(platform, 'f00d', ask)).toBe(expected)
    expect(asked).toEqual(platform === 'darwin' ? ['f00d.localhost'] : [])
  })
})
