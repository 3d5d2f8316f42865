// @vitest-environment happy-dom
import { act, cleanup, render, screen } from '@testing-library/react'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { QUIET_MS } from '#components/ui/announcer.ts'
import { LiveRegions, useSay } from '#components/ui/live-region.tsx'

beforeEach(() => vi.useFakeTimers())
afterEach(() => {
  cleanup()
  vi.useRealTimers()
})

function Speaker({ urgency }: { readonly urgency: 'polite' | 'assertive' }) {
  const say = useSay()
  const press = () =>
    urgency === 'assertive' ? say('Connection lost.', 'assertive') : say('Connection lost.')
  return <button type="button" onClick={press} />
}

it.each(['polite', 'assertive'] as const)(
  'the live region announces the same text again, %s',
  async (urgency) => {
    render(
      <LiveRegions>
        <Speaker urgency={urgency} />
      </LiveRegions>,
    )
    const region = screen.getByRole(urgency === 'polite' ? 'status' : 'alert')
    const heard: (string | undefined)[] = []
    const changes = () => heard.push(region.textContent.trim())
    new MutationObserver(changes).observe(region, {
      childList: true,
      characterData: true,
      subtree: true,
    })
    for (let time = 0; time < 3; time += 1) {
      await act(async () => {
        screen.getByRole('button').click()
        await vi.advanceTimersByTimeAsync(QUIET_MS)
      })
    }
    expect(heard).toEqual(Array(3).fill('Connection lost.'))
  },
)
