import type { Author } from '#lib/cluster/saved-by-name.ts'
import type { DocumentPlace } from '#lib/csr/policy/admin-document.ts'
import type { DocumentInForce, Parsed } from '#lib/kube/documents/document-in-force.ts'
import type { SaveResult } from '#lib/kube/documents/document-keeper.ts'
import { DOCUMENT_KEYS, type DocumentName } from '#lib/kube/documents/document-place.ts'
import { explain, explainIfAny } from '#lib/refusals/explain.ts'
import type { DocumentAnswer, DocumentSaved } from '#lib/wire/document.ts'
import { NO_EXPLANATION } from '#lib/wire/explanation.ts'

/**
 * Milliseconds for which rights are kept: they change seldom, and a page asks whenever something
 * changes.
 */
const RIGHTS_MS = 30_000

/** The part of a document's page that the policy and the list of expected machines share. */
export function createDocumentDesk<Value, Problem>(options: {
  readonly name: DocumentName
  /** The document's place; null for one in memory. */
  readonly place: DocumentPlace | null
  readonly document: Pick<DocumentInForce<Value, Problem, Author>, 'current' | 'save' | 'settled'>
  /** Whether the person may write there; null while the API server has not said. */
  readonly mayWrite: (author: Author) => Promise<boolean | null>
  readonly now: () => number
  /** Logs a save; `who` is null where the API server does not say. */
  readonly onSaved: (value: Value, who: string | null) => void
  /** Logs that the value is in force, which no person has saved here. */
  readonly onChanged: (value: Value) => void
}) {
  const { place, name, document, now, onSaved, onChanged } = options
  const rights = new WeakMap<Author, { at: number; mayEdit: Promise<boolean | null> }>()
  let saving = 0
  /** The value that came into force during a save, which may have brought it. */
  let arrived: Value | null = null

  function mayEdit(author: Author): Promise<boolean | null> {
    const known = rights.get(author)
    if (known !== undefined && now() - known.at < RIGHTS_MS) return known.mayEdit
    const asked = { at: now(), mayEdit: options.mayWrite(author) }
    rights.set(author, asked)
    return asked.mayEdit
  }

  async function saveAndSettle(...save: Parameters<typeof document.save>): Promise<SaveResult> {
    saving += 1
    try {
      const result = await document.save(...save)
      await document.settled()
      return result
    } finally {
      saving -= 1
    }
  }

  /** Passes on what came of a write, there or beside it. */
  function answered({ outcome, causes }: SaveResult, author: Author): DocumentSaved<never> {
    // The access review is out of date: ask for another.
    if (outcome === 'forbidden') rights.delete(author)
    return { outcome, ...explainIfAny(causes), problems: [] }
  }

  return {
    async answer(author: Author): Promise<DocumentAnswer<Problem>> {
      const may = await mayEdit(author)
      await document.settled()
      const { causes, problems, helmRelease = null, ...kept } = document.current()
      const { key = DOCUMENT_KEYS[name][0] } = kept
      const trouble = causes.length === 0 ? null : explain(causes)
      const { text, version } = kept
      return { place, key, helmRelease, text, version, trouble, problems, mayEdit: may }
    },
    /** Saves a text, bound to the version that it replaces; a text with a problem is not written. */
    async save(
      text: string,
      version: string | null,
      parsed: Parsed<Value, Problem>,
      author: Author,
    ): Promise<DocumentSaved<Problem>> {
      if ('problems' in parsed)
        return { outcome: 'refused', ...NO_EXPLANATION, problems: parsed.problems }
      const result = await saveAndSettle(text, version, author)
      const isSaved = result.outcome === 'saved'
      if (isSaved) onSaved(parsed.value, result.by || null)
      const isOwn = isSaved && document.current().text === text
      if (arrived !== null && !isOwn) onChanged(arrived)
      arrived = null
      return answered(result, author)
    },
    /** Tells that another value is in force: logs it, unless a save here brought it. */
    inForce(value: Value): void {
      if (saving === 0) onChanged(value)
      else arrived = value
    },
    answered,
  }
}
