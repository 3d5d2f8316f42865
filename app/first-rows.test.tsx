// @vitest-environment happy-dom
import { cleanup } from '@testing-library/react'
import { afterEach, expect, it, vi } from 'vitest'
import { renderLive } from '#app/fixtures/render-live.tsx'
import { useFirstRows } from '#components/machines/board-rows.ts'
import { FIRST_ROWS_PATH } from '#lib/query/early-answers.ts'
import { servedWorld } from '#lib/query/fixtures/open-tab.tsx'

vi.mock('next/navigation', () => ({
  useRouter: () => ({ push() {} }),
  useSearchParams: () => new URLSearchParams(),
}))
afterEach(cleanup)

function FirstRows() {
  useFirstRows(true)
  return null
}

it('the board without a filter asks for the rows that the page has asked for early', async () => {
  const { world, server } = servedWorld()
  await renderLive(world, <FirstRows />)
  expect(server.asked).toContain(`GET ${FIRST_ROWS_PATH}`)
})
