import type { Sentence } from '#lib/csr/cause.ts'
import { inEnglish } from '#lib/messages/english.ts'
import {
  type Explanation,
  NO_EXPLANATION,
  type OptionalExplanation,
} from '#lib/wire/explanation.ts'

/** Causes for the caller, with their English sentences, which the logs have too. */
export function explain(causes: readonly Sentence[]): Explanation {
  return { detail: inEnglish(causes), causes }
}

export function explainIfAny(causes: readonly Sentence[] = []): OptionalExplanation {
  return causes.length === 0 ? NO_EXPLANATION : explain(causes)
}
