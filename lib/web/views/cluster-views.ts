import type { RowChange } from '#lib/cluster/board.ts'
import { hasArrived } from '#lib/csr/policy/expected-list.ts'
import type { JudgedMachine, JudgedRequest } from '#lib/csr/rows/rows.ts'
import { sameValue } from '#lib/csr/same-value.ts'
import { AlarmsView } from '#lib/web/views/alarms-view.ts'
import { entryOfAlarm, entryOfMachine, entryOfRequest } from '#lib/web/views/board/board-entry.ts'
import { BoardSections } from '#lib/web/views/board/board-sections.ts'
import { createExpectedView } from '#lib/web/views/expected-view.ts'
import { KubeletsView } from '#lib/web/views/kubelets-view.ts'
import { NodesView } from '#lib/web/views/nodes-view.ts'
import { Parties } from '#lib/web/views/parties.ts'
import { ActivityView } from '#lib/web/views/requests/activity-view.ts'
import { RequestEntries } from '#lib/web/views/requests/request-entries.ts'
import { RequestsView } from '#lib/web/views/requests/requests-view.ts'
import type { Topic } from '#lib/wire/topics.ts'

/** All views over the published rows, updated with each change of a row. */
export class ClusterViews {
  readonly board = new BoardSections()
  readonly #entries = new RequestEntries()
  readonly requests = new RequestsView()
  readonly activity = new ActivityView()
  readonly alarms = new AlarmsView()
  readonly nodes = new NodesView()
  readonly kubelets = new KubeletsView()
  readonly expected = createExpectedView()
  readonly parties = new Parties()

  /** Applies the changes; returns the topics that they affect. */
  take(changes: readonly RowChange[]): ReadonlySet<Topic> {
    const topics = new Set<Topic>()
    for (const change of changes) {
      topics.add('machines').add('summary')
      if (change.kind === 'alarm') {
        this.#takeAlarm(change)
        topics.add('alarms')
        continue
      }
      const { gone, come } =
        change.kind === 'machine' ? this.#takeMachine(change, topics) : this.#takeRequest(change)
      if (gone.length + come.length === 0) continue
      topics.add('requests')
      this.requests.change({ gone, come })
      if (this.activity.change({ gone, come })) topics.add('activity')
    }
    return topics
  }

  #takeMachine(
    { key, before, after }: RowChange & { readonly kind: 'machine' },
    topics: Set<Topic>,
  ) {
    this.board.change('machine', key, after === null ? null : entryOfMachine(after))
    if (this.nodes.change(key, after)) topics.add('nodes')
    if (this.kubelets.change(key, after)) topics.add('kubelets')
    if (isExpectedOtherwise(before, after)) topics.add('expected')
    return this.#changeRequests(key, before?.requests ?? [], after?.requests ?? [])
  }

  #takeRequest({ key, before, after }: RowChange & { readonly kind: 'request' }) {
    this.board.change('request', key, after === null ? null : entryOfRequest(after))
    return this.#changeRequests(key, listOf(before), listOf(after))
  }

  /** The alarm of a machine belongs to the machine's row. */
  #takeAlarm({ key, before, after }: RowChange & { readonly kind: 'alarm' }) {
    this.alarms.change(before, after)
    const isAlone = (after ?? before)?.machine === null
    if (isAlone) this.board.change('alarm', key, after === null ? null : entryOfAlarm(after))
  }

  #changeRequests(
    owner: string,
    before: readonly JudgedRequest[],
    after: readonly JudgedRequest[],
  ) {
    this.parties.change(before, after)
    return this.#entries.change(owner, before, after)
  }
}

function listOf<Row>(row: Row | null): readonly Row[] {
  return row === null ? [] : [row]
}

/** Whether a change of this machine is visible on the page of expected machines. */
function isExpectedOtherwise(before: JudgedMachine | null, after: JudgedMachine | null): boolean {
  if (before === null || after === null) return true
  return !sameValue(shownAsExpected(before), shownAsExpected(after))
}

function shownAsExpected(row: JudgedMachine) {
  const { stage, waiting, waitingForSigner, verdict, reason, node, machineObject } = row
  const said = [node?.roles, node?.addresses, machineObject?.role]
  return [hasArrived(row), stage, waiting, waitingForSigner, verdict, reason, said]
}
