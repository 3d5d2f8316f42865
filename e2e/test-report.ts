import { existsSync, readFileSync } from 'node:fs'

/** Contents of a runner's JSON report. */
export interface Report {
  readonly passed: number
  /** Names of the skipped tests. */
  readonly skipped: readonly string[]
  /** Failures with their reasons, for a reader of only the end of a long log. */
  readonly failures: readonly Failure[]
}
export interface Failure {
  readonly test: string
  readonly why: string
  /** The page in words, where a test in a browser failed. */
  readonly page?: string
}

export type ReportKind = keyof typeof readers

const readers = { vitest: fromVitest, playwright: fromPlaywright }

/**
 * Null: the runner wrote no report, so it did not finish. With CI=true skipped tests fail: no
 * person would notice them.
 */
export function readReport(kind: ReportKind, file: string, ci: boolean): Report | null {
  if (!existsSync(file)) return null
  const report = readers[kind](JSON.parse(readFileSync(file, 'utf8')))
  if (!ci) return report
  const skipped = report.skipped.map((test) => ({ test, why: 'It was skipped.' }))
  return { ...report, skipped: [], failures: [...skipped, ...report.failures] }
}

interface VitestReport {
  readonly numPassedTests: number
  readonly testResults: readonly {
    readonly name: string
    readonly status: string
    readonly message?: string
    readonly assertionResults: readonly {
      readonly fullName: string
      readonly status: string
      readonly failureMessages?: readonly string[]
    }[]
  }[]
}

function fromVitest(report: VitestReport): Report {
  return {
    passed: report.numPassedTests,
    skipped: report.testResults.flatMap(({ name, assertionResults }) =>
      assertionResults
        .filter(({ status }) => status !== 'passed' && status !== 'failed')
        .map(({ fullName }) => `${name}: ${fullName}`),
    ),
    failures: report.testResults.flatMap(({ name, status, message = '', assertionResults }) => {
      const failed = assertionResults.filter((test) => test.status === 'failed')
      // A file that fails to load has no test to report it.
      if (failed.length === 0 && status === 'failed') return [{ test: name, why: message }]
      return failed.map(({ fullName, failureMessages = [] }) => ({
        test: `${name}: ${fullName}`,
        why: failureMessages.join('\n'),
      }))
    }),
  }
}

interface PlaywrightReport {
  readonly stats: { readonly expected: number }
  readonly suites: readonly PlaywrightSuite[]
  readonly errors: readonly { readonly message?: string }[]
}
interface PlaywrightSuite {
  readonly suites?: readonly PlaywrightSuite[]
  readonly specs: readonly {
    readonly file: string
    readonly line: number
    readonly title: string
    readonly tests: readonly {
      readonly status: string
      readonly results: readonly {
        readonly errors: readonly { readonly message?: string }[]
        readonly attachments?: readonly { readonly name: string; readonly path?: string }[]
      }[]
    }[]
  }[]
}

function fromPlaywright({ stats, suites, errors }: PlaywrightReport): Report {
  const specsOf = (suite: PlaywrightSuite): PlaywrightSuite['specs'] => [
    ...suite.specs,
    ...(suite.suites ?? []).flatMap(specsOf),
  ]
  const all = suites.flatMap(specsOf).flatMap(({ file, line, title, tests }) =>
    tests.map(({ status, results }) => ({
      test: `${file}:${line}: ${title}`,
      status,
      why: wordsOf(results.flatMap(({ errors }) => errors)),
      page: results.flatMap(({ attachments = [] }) => attachments.map(pageIn)).join(''),
    })),
  )
  const failures = all
    // A test that passed only on a second try is broken.
    .filter(({ status }) => status === 'unexpected' || status === 'flaky')
    .map(({ test, why, page }) => ({ test, why, page }))
  const skipped = all.filter(({ status }) => status === 'skipped').map(({ test }) => test)
  const outside = errors.length > 0 ? [{ test: 'outside any test', why: wordsOf(errors) }] : []
  return { passed: stats.expected, skipped, failures: [...failures, ...outside] }
}

/** Playwright's picture of the page in words, from the file that it attaches to a failure. */
function pageIn({ name, path }: { readonly name: string; readonly path?: string }): string {
  if (name !== 'error-context' || path === undefined || !existsSync(path)) return ''
  const [, after = ''] = readFileSync(path, 'utf8').split('# Page snapshot\n\n```yaml\n')
  const [page = ''] = after.split('```')
  return page
}

function wordsOf(errors: readonly { readonly message?: string }[]): string {
  return errors.map(({ message = '' }) => message).join('\n')
}
