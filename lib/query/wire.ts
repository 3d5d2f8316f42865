/** Wire and domain as components know them: they import both from here. */

export type {
  AlarmDetail,
  MachineDetail,
  RequestDetail,
  Stage,
  TimelineEntry,
} from '#lib/csr/machine/rows.ts'
export type {
  Alarm,
  CertificateDifference,
  CheckOutcome,
  CheckResult,
  Hold,
  Observed,
  Reason,
  Verdict,
} from '#lib/csr/model.ts'
export type { ListedMachine, ListedRequest } from '#lib/live/listed.ts'
export type { ListedSnapshot } from '#lib/live/listed-snapshot.ts'
export type {
  HeldBackRow,
  Listing,
  Pause,
  PlanAnswer,
  PlanBody,
  PlanGroup,
  PlanRow,
  RunLine,
  RunLineKind,
  RunOptions,
  RunPage,
  RunSummary,
  StayingRow,
  WhyHeldBack,
} from '#lib/live/run-answers.ts'
export { FOLLOW_MINUTES } from '#lib/live/run-answers.ts'
export {
  DECISION_FILTERS,
  NODE_FILTERS,
  type NodeListRow,
  ORIGINS,
  type PageQuery,
  REQUESTOR_FILTERS,
  type RequestListRow,
  type RequestsQuery,
  type ServingCert,
  STATUS_FILTERS,
  type StatusFilter,
} from '#lib/live/views.ts'
export type { Decision, Problem, Source } from '#lib/live/wire.ts'
export type { DecidableRequest } from '#lib/query/mutations.ts'
