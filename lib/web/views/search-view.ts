import type { JudgedMachine } from '#lib/csr/rows/rows.ts'
import { searchText, searchWords } from '#lib/journal/search-text.ts'
import type { ClusterViews } from '#lib/web/views/cluster-views.ts'
import type { RequestEntry } from '#lib/web/views/requests/request-entries.ts'
import { SEARCH_HITS, type SearchGroup, type SearchHit } from '#lib/wire/views.ts'

/** The best hits of each kind that contain every word. Groups with an exact hit come first. */
export function searchAll(
  { board, requests }: Pick<ClusterViews, 'board' | 'requests'>,
  text: string,
): readonly SearchGroup[] {
  const words = searchWords(text)
  if (words.length === 0) return []
  const rows = board.lists.machines
    .filter(words, null)
    .flatMap((entry) => (entry.kind === 'machine' ? [entry.machine] : []))
  const asked = requests.all.filter(words, null).map(({ row }) => row)
  const groups: readonly SearchGroup[] = [
    {
      kind: 'machines',
      ...best(words, rows.filter(isMachine), machineTexts, ({ name, stage }) => {
        return { key: name, name, hint: stage }
      }),
    },
    {
      kind: 'requests',
      ...best(words, asked, requestTexts, ({ uid, name, nodeName, requestor }) => {
        return { key: uid, name, hint: nodeName ?? requestor }
      }),
    },
    {
      kind: 'nodes',
      ...best(
        words,
        rows.filter((row) => !isMachine(row)),
        machineTexts,
        ({ name, node }) => {
          return { key: name, name, hint: node?.status ?? '' }
        },
      ),
    },
  ]
  return groups
    .filter(({ hits }) => hits.length > 0)
    .toSorted((a, b) => Number(b.isExact) - Number(a.isExact))
}

function isMachine({ waiting, node }: JudgedMachine): boolean {
  return waiting || node === null
}

/** Texts to search, the name first. */
type Texts<Row> = (row: Row) => readonly string[]

const machineTexts: Texts<JudgedMachine> = ({ name, node, machineObject }) => [
  name,
  ...(node?.addresses ?? []).map(({ address }) => address),
  machineObject?.name ?? '',
]

const requestTexts: Texts<RequestEntry['row']> = ({ name, requestor }) => [name, requestor]

/**
 * Exact hits first, then names that begin with the first word, then others; without sorting all
 * rows.
 */
function best<Row>(
  words: readonly string[],
  rows: readonly Row[],
  textsOf: Texts<Row>,
  hitOf: (row: Row) => SearchHit,
): { readonly hits: readonly SearchHit[]; readonly isExact: boolean } {
  const exact: Row[] = []
  const first: Row[] = []
  const rest: Row[] = []
  const [start = ''] = words
  const whole = words.join(' ')
  for (const row of rows) {
    const texts = textsOf(row)
    // The search text is expensive: make it only for a row that may be among the hits.
    if (rest.length >= SEARCH_HITS && !mayBeBetter(texts, start, whole)) continue
    const all = searchText(texts)
    if (!words.every((word) => all.includes(word))) continue
    if (all.split('\n').includes(whole)) exact.push(row)
    else if (all.startsWith(start)) first.push(row)
    else rest.push(row)
  }
  const hits = [...exact, ...first, ...rest].slice(0, SEARCH_HITS).map(hitOf)
  return { hits, isExact: exact.length > 0 }
}

function mayBeBetter(texts: readonly string[], start: string, whole: string): boolean {
  const begins = texts[0]?.slice(0, start.length).toLowerCase() === start
  return (
    begins || texts.some((text) => text.length === whole.length && text.toLowerCase() === whole)
  )
}
