import { CHECK_CODES } from '#lib/csr/check-facts.ts'
import { requestorSelf } from '#lib/csr/checks/request/requestor-checks.ts'
import type { CheckCode, CheckResult, Hold } from '#lib/csr/model.ts'
import { type Person, rankOf, uncountedFor } from '#lib/csr/policy/proposal.ts'
import { isOfSoundRequest } from '#lib/csr/rows/hold-findings.ts'
import { awaitedAmong, leastTrusted } from '#lib/csr/rows/next-request.ts'
import type {
  JudgedMachine,
  JudgedRequest,
  MachineRow,
  ProposedApproval,
  RequestRow,
  TwoPeople,
} from '#lib/csr/rows/rows.ts'
import { SELF } from '#lib/csr/verdict/check-table.ts'
import { type Concluded, checkResult } from '#lib/csr/verdict/verdict.ts'

/** The person who looks or decides, as the API server names them. */
export interface Viewer {
  /** The viewer's name; '' until the API server has told it. */
  readonly name: string
  readonly uid?: string
  /** Whether the API server lets them approve requests of this signer. */
  readonly mayApprove: (signerName: string) => boolean
}

/** The part of a viewer that requests are judged by. */
export type ViewerName = Pick<Viewer, 'name' | 'uid'>

/** A viewer who is a party to no row of a list. */
export const ONLOOKER: ViewerName = { name: '' }

/** People who see the row otherwise than an onlooker: its requestor, and the first of two people. */
export function partiesOf(judged: JudgedRequest): readonly Person[] {
  const { verdict, requestor, twoPeople } = judged
  const proposers = twoPeople?.proposals.map(({ proposer }) => proposer) ?? []
  return verdict === null ? proposers : [{ username: requestor, uid: '' }, ...proposers]
}

/** Whether the viewer filed the request: no person approves their own like any other. */
export function isOwn({ requestor }: Pick<RequestRow, 'requestor'>, { name }: ViewerName): boolean {
  return name !== '' && requestor === name
}

/** The answer of `requestor.self` for this viewer. */
export function selfResult(requestor: string, viewer: ViewerName): CheckResult {
  return checkResult(SELF, requestorSelf(requestor, viewer.name))
}

/** The judgement with the answer of `requestor.self`; null: without a viewer. */
export function judgementFor(
  judgement: Concluded,
  requestor: string,
  viewer: ViewerName | null,
): typeof judgement {
  if (viewer === null) return judgement
  if (viewer.name === '') return { ...judgement, unknown: withSelf(judgement.unknown) }
  return isOwn({ requestor }, viewer) ? own(judgement, requestor, viewer) : judgement
}

/** The row of a request as this viewer sees it. */
export function requestFor(judged: JudgedRequest, viewer: ViewerName): RequestRow {
  const { twoPeople, ...row } = judged
  const isSelf = row.verdict !== null && isOwn(row, viewer)
  const seen = isSelf ? { ...own(row, row.requestor, viewer), unattended: null } : row
  return { ...seen, secondPerson: secondPersonFor(twoPeople, isSelf, viewer) }
}

/** The verdict of a request as this viewer sees it. */
export function verdictFor(row: JudgedRequest, viewer: ViewerName): RequestRow['verdict'] {
  return row.verdict !== null && row.verdict !== 'refused' && isOwn(row, viewer)
    ? 'suspicious'
    : row.verdict
}

/** The fields of a machine's row that depend on the viewer, besides its requests. */
export type Standing = Pick<MachineRow, 'verdict' | 'reason' | 'warning' | 'next' | 'hold'>

export function standingFor(machine: JudgedMachine, viewer: ViewerName): Standing {
  const { requests, verdict, reason, warning, next, hold } = machine
  const hasOwn = requests.some((request) => isOwn(request, viewer))
  const awaited = hasOwn ? awaitedAmong(requests) : []
  const least = awaited.some((request) => isOwn(request, viewer))
    ? leastTrusted(awaited.map((request) => requestFor(request, viewer)))
    : null
  if (least === null) return { verdict, reason, warning, next, hold }
  const isWorse = least.verdict !== verdict
  return {
    verdict: least.verdict,
    reason: least.reason,
    warning: least.warning,
    next: 'review',
    hold: isWorse ? OWN_HOLD : hold,
  }
}

/** The row of a machine as this viewer sees it. */
export function machineFor(machine: JudgedMachine, viewer: ViewerName): MachineRow {
  const requests = machine.requests.map((request) => requestFor(request, viewer))
  return { ...machine, ...standingFor(machine, viewer), requests }
}

const OWN_HOLD: Hold = { holder: 'admin', finding: 'suspicious', values: {} }

/** The reasons why a machine waits, as the viewer sees them. `first`: the reason in its row. */
export function holdsFor(holds: readonly Hold[], first: Hold | null): readonly Hold[] {
  if (first !== OWN_HOLD) return holds
  return [OWN_HOLD, ...holds.filter((hold) => !isOfSoundRequest(hold))]
}

/** The judgement of the viewer's own request, by the rule of `conclude`. */
function own<Judged extends Pick<RequestRow, 'verdict' | 'failing' | 'reason' | 'warning'>>(
  judged: Judged,
  requestor: string,
  viewer: ViewerName,
): Judged {
  const failing = withSelf(judged.failing)
  const isRefused = judged.verdict === 'refused'
  const { code, finding, values } = selfResult(requestor, viewer)
  const reason = isRefused || failing[0] !== SELF ? judged.reason : { code, finding, values }
  return {
    ...judged,
    verdict: isRefused ? 'refused' : 'suspicious',
    failing,
    reason,
    warning: null,
  }
}

function withSelf(codes: readonly CheckCode[]): readonly CheckCode[] {
  return CHECK_CODES.filter((code) => code === SELF || codes.includes(code))
}

function secondPersonFor(
  twoPeople: TwoPeople | null,
  isSelf: boolean,
  { name, uid = '' }: ViewerName,
): RequestRow['secondPerson'] {
  const because = isSelf ? twoPeople?.becauseOwn : twoPeople?.because
  if (twoPeople === null || because === undefined || because === null) return null
  let best: ProposedApproval | null = null
  for (const { proposer, ...proposal } of twoPeople.proposals) {
    const uncounted = uncountedFor(proposal.uncounted, proposer, { username: name, uid })
    if (best === null || rankOf(uncounted) < rankOf(best.uncounted)) {
      best = { ...proposal, uncounted }
    }
  }
  return { because, proposal: best }
}
