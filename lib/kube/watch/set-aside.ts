import { boundedName } from '#lib/kube/objects/bounds.ts'

/** Unreadable objects, each counted once by its identity. */
export class SetAside {
  readonly #handles = new Set<string>()
  #nameless = 0

  get count(): number {
    return this.#handles.size + this.#nameless
  }

  add(raw: unknown): void {
    const handle = handleOf(raw)
    if (handle === null) this.#nameless += 1
    else this.#handles.add(handle)
  }

  /** Call when the object is gone or readable again. */
  drop(raw: unknown): void {
    const handle = handleOf(raw)
    if (handle !== null) this.#handles.delete(handle)
  }
}

/** Identity of an object that exists but could not be read. */
export interface Remains {
  readonly uid: string
  readonly name: string
}

/** Null for an object without uid or name. */
export function remainsOf(raw: unknown): Remains | null {
  const [uid, name] = [metadataText(raw, 'uid'), metadataName(raw)]
  return uid === null || name === null ? null : { uid, name }
}

function handleOf(raw: unknown): string | null {
  return metadataText(raw, 'uid') ?? metadataName(raw)
}

/** The object reduced to its identity. */
export function withoutContents(raw: unknown): unknown {
  return { metadata: { uid: metadataText(raw, 'uid'), name: metadataName(raw) } }
}

/** The name as the object's projection would have it. */
export function metadataName(raw: unknown): string | null {
  const name = metadataText(raw, 'name')
  return name === null ? null : boundedName(name)
}

/** A metadata text, however the rest of the object looks. */
export function metadataText(raw: unknown, field: string): string | null {
  if (typeof raw !== 'object' || raw === null) return null
  const metadata: unknown = Reflect.get(raw, 'metadata')
  if (typeof metadata !== 'object' || metadata === null) return null
  const value: unknown = Reflect.get(metadata, field)
  return typeof value === 'string' && value !== '' ? value : null
}
