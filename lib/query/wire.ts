/** What components may know of the wire and the domain: they import it from here. */
export type {
  Alarm,
  AlarmDetail,
  CertificateDifference,
  CheckOutcome,
  CheckResult,
  Hold,
  MachineDetail,
  Observed,
  Reason,
  RequestDetail,
  Stage,
  TimelineEntry,
  Verdict,
} from '#lib/csr/model.ts'
export type {
  Decision,
  ListedMachine,
  ListedRequest,
  ListedSnapshot,
  SourceName,
} from '#lib/live/wire.ts'
export { DECISION_LIMIT } from '#lib/live/wire.ts'
