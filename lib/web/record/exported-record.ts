import type { StoredEntry } from '#lib/journal/record-store.ts'
import type { RecordStore } from '#lib/journal/sql-store.ts'
import { type FileReader, streamedFile } from '#lib/journal/streamed-file.ts'
import { timestamp } from '#lib/kube/transport/clock.ts'

/** The record, or one machine's part of it: one JSON object a line, in the order of recording. */
export function exportedRecord(
  store: Pick<RecordStore, 'trail'>,
  machine: string | undefined,
  reader: FileReader,
): Response {
  async function* texts(): AsyncGenerator<string> {
    for (let after = 0; ; ) {
      const from: number = after
      // Entries of one read; an entry has at most 64,000 characters.
      const read = () => store.trail(machine, from, 200)
      const { entries, last } = await reader.inTurn(read)
      if (last === null) return
      if (entries.length > 0) yield entries.map(lineOf).join('')
      after = last
    }
  }
  const file = { type: 'application/jsonl; charset=utf-8', name: 'countersign-record.jsonl' }
  return streamedFile(texts(), file, reader.viewing)
}

function lineOf({ recordedAt, at, kind, uid, machine, person, body }: StoredEntry): string {
  const times = { recordedAt: timestamp(recordedAt), at: at > 0 ? timestamp(at) : null }
  return `${JSON.stringify({ kind, ...times, uid, machine, person, body })}\n`
}
