import { compareTexts } from '#lib/csr/compare-texts.ts'
import { ALARM_KINDS } from '#lib/csr/model.ts'
import { type AlarmDetail, alarmKey } from '#lib/csr/rows/rows.ts'
import { SortedRows } from '#lib/web/views/rows/sorted-rows.ts'
import { type Page, pageOf, rowsOf } from '#lib/web/views/rows/view-page.ts'
import type { Asked } from '#lib/web/views/rows/view-query.ts'

/** Every alarm, the newest first. */
export class AlarmsView {
  readonly #sorted = new SortedRows<AlarmDetail>(newestFirst)
  readonly #byKey = new Map<string, AlarmDetail>()
  #dropped = 0

  change(before: AlarmDetail | null, after: AlarmDetail | null): void {
    if (before !== null) this.#byKey.delete(alarmKey(before))
    if (after !== null) this.#byKey.set(alarmKey(after), after)
    this.#sorted.replace(before === null ? [] : [before], after === null ? [] : [after])
  }

  /** Counts an alarm that newer ones dropped. */
  noteDropped(): void {
    this.#dropped += 1
  }

  page(asked: Asked<'alarms'>): Page<'alarms'> {
    const { uid } = asked
    const counts = { all: this.#sorted.size, dropped: this.#dropped }
    if (uid === undefined) return pageOf(this.#sorted, asked, counts, withoutDifferences)
    const ofRequest = ALARM_KINDS.flatMap((kind) => this.#byKey.get(alarmKey({ kind, uid })) ?? [])
    return pageOf(rowsOf(ofRequest), asked, counts, (alarm) => alarm)
  }
}

/**
 * Without the differences: a request may ask for a thousand names. The list has only their kinds.
 */
function withoutDifferences(alarm: AlarmDetail): AlarmDetail {
  return alarm.kind === 'issuedOtherwise' ? { ...alarm, differences: [] } : alarm
}

/** RFC 3339 in UTC sorts as text. */
function newestFirst(a: AlarmDetail, b: AlarmDetail): number {
  return compareTexts(b.since ?? '', a.since ?? '') || compareTexts(alarmKey(a), alarmKey(b))
}
