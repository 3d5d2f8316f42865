import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { openerFor, openInBrowser } from '#lib/web/door/open-browser.ts'

const ADDRESS = 'http://abc.localhost:8430/#key=secret'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'open-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const pages = () => readdirSync(folder).filter((name) => name.endsWith('.html'))

it.each<[string, NodeJS.Platform, boolean, Record<string, string>, string | null]>([
  ['a terminal of a Mac', 'darwin', true, {}, 'open'],
  ['a terminal of a Linux desktop', 'linux', true, { DISPLAY: ':0' }, 'xdg-open'],
  ['a terminal under Wayland', 'linux', true, { WAYLAND_DISPLAY: 'wayland-0' }, 'xdg-open'],
  ['no screen', 'linux', true, { DISPLAY: '' }, null],
  ['output into a pipe or a file', 'darwin', false, {}, null],
  ['SSH', 'darwin', true, { SSH_CONNECTION: '10.0.0.1 1 10.0.0.2 22' }, null],
  ['SSH with a forwarded screen', 'linux', true, { DISPLAY: ':10', SSH_TTY: '/dev/pts/1' }, null],
  ['tmux', 'linux', true, { DISPLAY: ':0', TMUX: '/tmp/tmux-1000/default,1,0' }, null],
  ['GNU Screen', 'linux', true, { DISPLAY: ':0', STY: '1.pts-0.host' }, null],
  ['sudo', 'linux', true, { DISPLAY: ':0', SUDO_USER: 'kim' }, null],
  ['CI', 'linux', true, { DISPLAY: ':99', CI: 'true' }, null],
  ['another system', 'freebsd', true, { DISPLAY: ':0' }, null],
])(
  'on %s (%s, terminal %s, %o) the page is opened by %s',
  (_, platform, isTerminal, env, opener) => {
    expect(openerFor({ platform, env, isTerminal })).toBe(opener)
  },
)

it('openInBrowser hands the address over in a file that only this user reads, and removes it', async () => {
  const opener = join(folder, 'opener')
  writeFileSync(opener, '#!/bin/sh\necho "$@" > "$0.args"\n', { mode: 0o755 })
  const onStarted = vi.fn<() => void>()
  const remove = openInBrowser(ADDRESS, opener, onStarted, folder)
  const [page = ''] = pages()
  expect(readFileSync(join(folder, page), 'utf8')).toContain(`url=${ADDRESS}"`)
  expect(statSync(join(folder, page)).mode & 0o777).toBe(0o600)
  await vi.waitFor(() => expect(existsSync(`${opener}.args`)).toBe(true))
  await vi.waitFor(() =>
    expect(readFileSync(`${opener}.args`, 'utf8')).toBe(`${join(folder, page)}\n`),
  )
  await vi.waitFor(() => expect(onStarted).toHaveBeenCalledOnce())
  remove()
  expect(pages()).toEqual([])
})

it('openInBrowser leaves no file where the opener is missing, and does not throw without a folder', async () => {
  const onStarted = vi.fn<() => void>()
  openInBrowser(ADDRESS, join(folder, 'missing'), onStarted, folder)
  await vi.waitFor(() => expect(pages()).toEqual([]))
  const absent = join(folder, 'missing')
  expect(() => openInBrowser(ADDRESS, 'missing', onStarted, absent)()).not.toThrow()
  expect(onStarted).not.toHaveBeenCalled()
})
