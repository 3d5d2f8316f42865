import { cause } from '#lib/csr/cause.ts'
import type { DocumentPlace } from '#lib/kube/documents/document-place.ts'
import type { FollowOptions } from '#lib/kube/documents/followed-document.ts'
import {
  type DocumentState,
  type FollowedDocument,
  followDocument,
} from '#lib/kube/documents/followed-document.ts'

type ConfigMapPlace = Extract<DocumentPlace, { readonly kind: 'configMap' }>

/** The two possible keys of a ConfigMap with the list of expected machines. */
const CSV_KEY = 'machines.csv'
const YAML_KEY = 'machines.yaml'

/** Follows the list of expected machines: a file, or the existing one of the two keys. */
export function followExpected(options: Omit<FollowOptions, 'key'>): FollowedDocument {
  const { place } = options
  if (place.kind === 'file') return followDocument({ ...options, key: CSV_KEY })
  const csv = followDocument({ ...options, key: CSV_KEY })
  const yaml = followDocument({ ...options, key: YAML_KEY })

  /** The existing key's document; a new list is written as CSV. */
  function held(): FollowedDocument {
    return csv.current().text === null && yaml.current().status !== 'absent' ? yaml : csv
  }

  return {
    current() {
      // The choice needs both keys to be read.
      const unread = [csv, yaml].find((one) => one.current().status === 'unread')
      if (unread !== undefined) return unread.current()
      const both = csv.current().text !== null && yaml.current().text !== null
      return both ? ambiguous(csv.current(), place) : held().current()
    },
    save: (text, version, as) => held().save(text, version, as),
    async refresh() {
      await Promise.all([csv.refresh(), yaml.refresh()])
    },
    stop() {
      csv.stop()
      yaml.stop()
    },
  }
}

/** Neither is used: the author of one does not know about the other. */
function ambiguous({ text, version }: DocumentState, at: ConfigMapPlace): DocumentState {
  const place = `${at.namespace}/${at.name}`
  const why = cause('configMapBoth', { place, key: CSV_KEY, other: YAML_KEY })
  return { status: 'unreadable', text, version, causes: [why] }
}
