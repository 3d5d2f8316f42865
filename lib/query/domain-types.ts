/** Types of the wire and the domain for components, which import both from here. */

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
export type {
  AlarmDetail,
  MachineDetail,
  MachineRow,
  RequestDetail,
  RequestRow,
  Stage,
  TimelineEntry,
} from '#lib/csr/rows/rows.ts'
export type { DecidableRequest, DecisionToSend } from '#lib/query/mutations.ts'
export type { ExpectedNames } from '#lib/wire/expected-answers.ts'
export { type DayOfJoins, JOIN_PERIODS, type Joins } from '#lib/wire/join-answers.ts'
export type {
  GoneMachine,
  RecordedAlarm,
  RecordedEvent,
  SeenRequest,
} from '#lib/wire/request-record.ts'
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
} from '#lib/wire/run-answers.ts'
export { FOLLOW_MINUTES, hasEndedSince, isBulk, isUnderWay } from '#lib/wire/run-answers.ts'
export type {
  ClusterTitle,
  MissingRight,
  SignedInPerson,
  SignInWay,
} from '#lib/wire/session-answers.ts'
export {
  type ActivityCounts,
  type ActivityRow,
  type BoardCounts,
  type BoardRow,
  type BoardSection,
  DECISION_FILTERS,
  type Deadline,
  ENDS_SOON_SECONDS,
  EXPECTED_FILTERS,
  EXPORT_FORMATS,
  type ExpectedCounts,
  type ExpectedListRow,
  type JoinedMachine,
  KUBELET_FILTERS,
  type KubeletRow,
  type KubeletsCounts,
  MACHINE_SORTS,
  type MachineAnswer,
  type MachineListRow,
  type MachineSort,
  type MachinesCounts,
  type MachinesQuery,
  NODE_FILTERS,
  type NodeListRow,
  ORIGINS,
  REQUESTOR_FILTERS,
  type RecordStanding,
  type RequestListRow,
  type RequestsQuery,
  type ReturningRole,
  type ServingCert,
  STATUS_FILTERS,
  type Summary,
} from '#lib/wire/views.ts'
export type { Cluster, Decision, LeftOut, Problem, Source } from '#lib/wire/wire.ts'
