import { afterAll, afterEach, beforeAll } from 'vitest'
import { openSite, type Site } from '#e2e/approver/site.ts'

/** Ends with the worker's process, whose files run one after the other. */
let opened: Promise<Site> | undefined

/**
 * The site that the files of one worker share: cleared after each test, and emptied after each file.
 * Files that change more than its objects open one of their own.
 */
export function sharedSite(): Site {
  const site = {} as Site
  beforeAll(async () => {
    opened ??= openSite()
    Object.assign(site, await opened)
  })
  afterEach(() => site.clear())
  afterAll(() => site.empty?.())
  return site
}
