import { boundedName } from '#lib/kube/bounds.ts'

/** Objects that could not be understood, by what can still be made out of them, each once. */
export interface SetAside {
  readonly count: number
  add(raw: unknown): void
  /** It is gone, or it has been mended. */
  drop(raw: unknown): void
}

export function createSetAside(): SetAside {
  const handles = new Set<string>()
  let nameless = 0
  return {
    get count() {
      return handles.size + nameless
    },
    add(raw) {
      const handle = handleOf(raw)
      if (handle === null) nameless += 1
      else handles.add(handle)
    },
    drop(raw) {
      const handle = handleOf(raw)
      if (handle !== null) handles.delete(handle)
    },
  }
}

/** What is left of an object that could not be taken in: that it is there. */
export interface Remains {
  readonly uid: string
  readonly name: string
}

/** Null for one that does not even say which it is. */
export function remainsOf(raw: unknown): Remains | null {
  const [uid, name] = [metadataText(raw, 'uid'), metadataName(raw)]
  return uid === null || name === null ? null : { uid, name }
}

function handleOf(raw: unknown): string | null {
  return metadataText(raw, 'uid') ?? metadataName(raw)
}

/** An object of which nothing is left but which it is. */
export function withoutContents(raw: unknown): unknown {
  return { metadata: { uid: metadataText(raw, 'uid'), name: metadataName(raw) } }
}

/** As the same object's projection would have it. */
export function metadataName(raw: unknown): string | null {
  const name = metadataText(raw, 'name')
  return name === null ? null : boundedName(name)
}

/** A text of an object's metadata, whatever the rest of the object looks like. */
export function metadataText(raw: unknown, field: string): string | null {
  if (typeof raw !== 'object' || raw === null) return null
  const metadata: unknown = Reflect.get(raw, 'metadata')
  if (typeof metadata !== 'object' || metadata === null) return null
  const value: unknown = Reflect.get(metadata, field)
  return typeof value === 'string' && value !== '' ? value : null
}
