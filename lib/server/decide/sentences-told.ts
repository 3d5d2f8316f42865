import type { Sentence } from '#lib/csr/cause.ts'
import { type MaybeTold, type Told, UNTOLD } from '#lib/live/told.ts'
import { inEnglish } from '#lib/messages/english.ts'

/** Why, for whoever asked: with the sentences in English, which are also what the logs hold. */
export function told(causes: readonly Sentence[]): Told {
  return { detail: inEnglish(causes), causes }
}

export function toldIfAny(causes: readonly Sentence[] = []): MaybeTold {
  return causes.length === 0 ? UNTOLD : told(causes)
}
