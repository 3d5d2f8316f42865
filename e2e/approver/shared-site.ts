import { afterAll, afterEach, beforeAll } from 'vitest'
import { openSite, type Site } from '#e2e/approver/site.ts'

/** The site that the tests of one file share: opened before them, cleared after each. */
export function sharedSite(): Site {
  const site = {} as Site
  beforeAll(async () => {
    Object.assign(site, await openSite())
  })
  afterEach(() => site.clear())
  afterAll(() => site.end?.())
  return site
}
