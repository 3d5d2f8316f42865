import type { CheckCode, CheckOutcome } from '#lib/csr/model.ts'
import type { RequestDetail } from '#lib/csr/rows/rows.ts'
import { board } from '#lib/messages/en/board.ts'
import { checks } from '#lib/messages/en/checks.ts'
import { lists } from '#lib/messages/en/lists.ts'
import { policy } from '#lib/messages/en/policy.ts'
import { findingWords } from '#lib/messages/grammar/check-words.ts'
import { untilListed } from '../fixtures/api.ts'
import { type App, startApp } from '../fixtures/app.ts'
import { launchBrowser } from '../fixtures/browser.ts'
import { hearComplaints } from '../fixtures/complaints.ts'
import { type Asking, liveEnv } from '../fixtures/live-env.ts'
import { EXPECTED_PLACE, type Installation, POLICY_PLACE } from './installation.ts'

/** The built app with the approver's identity, and so its judgement, and a person in a browser. */
export interface Screen {
  readonly app: App
  /**
   * Opens the request's page from the list. Null when the check is there with the catalogue's words
   * for the server's finding; else the text that is there.
   */
  missedOnPage(uid: string, check: CheckCode, outcome?: CheckOutcome): Promise<string | null>
  /** Text of that row of the board, which its filter finds by the name. */
  readOnBoard(key: string, name: string): Promise<string>
  /** The Policy page's count for that comparison. */
  countOnPolicyPage(compared: keyof typeof policy.shadow.compared): Promise<number>
  /** Closes it; throws with unseen errors of the page. */
  close(): Promise<void>
}

export interface ScreenOptions {
  /** Asks kubelets for their certificates: real ones, at this machine's addresses. */
  readonly liveCertificates?: Asking
}

export async function openScreen(
  { kubeconfig }: Installation,
  { liveCertificates = false }: ScreenOptions = {},
): Promise<Screen> {
  const app = await startApp({
    kubeconfig,
    env: {
      COUNTERSIGN_POLICY: POLICY_PLACE,
      COUNTERSIGN_EXPECTED: EXPECTED_PLACE,
      ...liveEnv(liveCertificates),
    },
  })
  const browser = await launchBrowser()
  const page = await browser.newPage({
    viewport: { width: 1440, height: 900 },
    reducedMotion: 'reduce',
  })
  page.setDefaultTimeout(60_000)
  const complaints = await hearComplaints(page.context())
  const isAt = (path: string) =>
    page.url().startsWith(app.url) && new URL(page.url()).pathname === path
  const open = (path: string) => (isAt(path) ? page.reload() : page.goto(app.at(path)))

  return {
    app,
    async missedOnPage(uid, check, outcome = 'fail') {
      const { name } = await untilListed(app, uid)
      if (!isAt('/requests')) await open('/requests')
      await page.getByRole('searchbox', { name: lists.requests.filter }).fill(name)
      await page.getByRole('link', { name, exact: true }).click()
      if (outcome === 'pass') await page.getByRole('button', { name: /^Show \d+ passed/ }).click()
      const row = page.locator(`li[data-check="${check}"][data-outcome="${outcome}"]`)
      await row.waitFor()
      const detail = (await (await app.fetch(`/api/requests/${uid}`)).json()) as RequestDetail
      const finding = detail.checks.find(({ code }) => code === check)?.finding ?? ''
      const text = (await row.textContent()) ?? ''
      await page.goBack()
      // The check behind the verdict is shown in full.
      const summary = findingWords(checks.table, check, finding)?.summary ?? ''
      const isSaid = says(text, shortOf(check, finding)) || says(text, summary)
      return isSaid ? null : `${check} of ${name}: ${text}`
    },
    async readOnBoard(key, name) {
      if (!isAt('/')) await open('/')
      await page.getByRole('searchbox', { name: board.toolbar.filter }).fill(name)
      return (await page.locator(`[data-key="${key}"]`).textContent()) ?? ''
    },
    async countOnPolicyPage(compared) {
      await open('/policy')
      const { shadow } = policy
      const name = new RegExp(`^${shadow.compared[compared]} ?\\d+$`)
      const text = await page
        .getByRole('group', { name: shadow.show })
        .getByRole('button', { name })
        .textContent()
      return Number(/\d+$/.exec(text ?? '')?.[0])
    },
    async close() {
      await browser.close()
      await app.stop()
      if (complaints.length > 0) throw new Error(complaints.join('\n'))
    },
  }
}

/** Short text of a row for a check's finding. */
export function shortOf(check: string, finding: string): string {
  return findingWords(checks.table, check, finding)?.short ?? `no words: ${check} ${finding}`
}

/** Whether a text is the catalogue's sentence, with any value in its blanks. */
export function says(text: string, sentence: string): boolean {
  const parts = sentence.replaceAll('`', '').split(/\{\w+\}/)
  return parts.every((part) => text.includes(part.trim()))
}
