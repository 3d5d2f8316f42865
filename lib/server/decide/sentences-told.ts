import type { Sentence } from '#lib/csr/cause.ts'
import { inEnglish } from '#lib/messages/english.ts'
import { type MaybeTold, type Told, UNTOLD } from '#lib/wire/told.ts'

/** Causes for the caller, with their English sentences, which the logs have too. */
export function told(causes: readonly Sentence[]): Told {
  return { detail: inEnglish(causes), causes }
}

export function toldIfAny(causes: readonly Sentence[] = []): MaybeTold {
  return causes.length === 0 ? UNTOLD : told(causes)
}
