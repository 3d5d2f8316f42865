import { versionOf } from '#lib/kube/documents/document-text.ts'
import type { DocumentState, FollowedDocument } from '#lib/kube/documents/followed-document.ts'

const NOTHING: DocumentState = { status: 'absent', text: null, version: null, causes: [] }

/** A document in memory, lost with the process. An empty text means no document. */
export function memoryDocument(onChange: () => void): FollowedDocument<unknown> {
  let state = NOTHING
  return {
    current: () => state,
    async save(text, version) {
      if (version !== state.version) return { outcome: 'changed' }
      if (text === (state.text ?? '')) return { outcome: 'saved' }
      state = text === '' ? NOTHING : { status: 'read', text, version: versionOf(text), causes: [] }
      onChange()
      return { outcome: 'saved' }
    },
    refresh: () => Promise.resolve(),
    stop() {},
  }
}
