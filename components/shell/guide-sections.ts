import {
  ACTIVITY_PATH,
  EXPECTED_PATH,
  KUBELETS_PATH,
  MACHINES_PATH,
  NODES_PATH,
  NOTIFICATIONS_PATH,
  POLICY_PATH,
  REQUESTS_PATH,
  RUNS_PATH,
} from '#components/shell/routes.ts'

export const GUIDE_PATH = '/guide'
/** Name of the changelog among the documents. */
export const CHANGES = 'changelog'

/** Page of a document by its file's name. */
export function guidePath(name: string): string {
  return name === 'guide' ? GUIDE_PATH : `${GUIDE_PATH}/${name}`
}

export const VERDICT_SECTION = `${GUIDE_PATH}#the-verdict`

/** Section about each page, and about the pages below it. */
export const GUIDE_SECTIONS: Readonly<Record<string, string>> = {
  [MACHINES_PATH]: `${GUIDE_PATH}#in-a-hurry`,
  '/machines': `${GUIDE_PATH}#why-is-this-waiting`,
  [REQUESTS_PATH]: VERDICT_SECTION,
  [NODES_PATH]: `${GUIDE_PATH}#a-machine-joins`,
  [KUBELETS_PATH]: `${GUIDE_PATH}#kubelet-certificates`,
  [EXPECTED_PATH]: guidePath('expected-machines'),
  [POLICY_PATH]: `${GUIDE_PATH}#a-policy-watched-before-it-acts`,
  [ACTIVITY_PATH]: `${GUIDE_PATH}#what-was-decided`,
  [RUNS_PATH]: `${GUIDE_PATH}#approving`,
  [NOTIFICATIONS_PATH]: `${GUIDE_PATH}#notifications-of-the-browser`,
}

/** Section about the page at this path; `view` as its address names it. */
export function guideSectionOf(path: string, view: string | null): string | undefined {
  const page = `/${path.split('/')[1]}`
  return GUIDE_SECTIONS[`${page}?view=${view}`] ?? GUIDE_SECTIONS[page]
}
