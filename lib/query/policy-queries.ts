import { useCallback } from 'react'
import { type DraftCheck, useDraftCheck, useWrite } from '#lib/query/draft.ts'
import { type LatestAnswer, useAnswer } from '#lib/query/live.ts'
import { DOCUMENT_KEYS, policyQuery, shadowQuery } from '#lib/query/queries.ts'
import { useLiveClient } from '#lib/query/tab-client.ts'
import type {
  Compared,
  PolicyAnswer,
  PolicyEffect,
  PolicyProblem,
  PolicySaved,
  ShadowAnswer,
} from '#lib/wire/policy-answers.ts'

export type {
  ApproverStatus,
  ChangedRow,
  Compared,
  PolicyAnswer,
  PolicyForecast,
  PolicyProblem,
  PolicySaved,
  PolicySummary,
  ShadowAnswer,
  ShadowRow,
} from '#lib/wire/policy-answers.ts'
export { COMPARED, isApproved } from '#lib/wire/policy-answers.ts'

const PATH = '/api/policy'

/** The policy in force, where it is kept, and what this server may do about it. */
export function usePolicy(): LatestAnswer<PolicyAnswer> {
  return useAnswer(policyQuery(useLiveClient()))
}

/** Each request of the last 24 hours, beside the answer of the policy in force. */
export function useShadow(compared: Compared | null, text: string): LatestAnswer<ShadowAnswer> {
  return useAnswer(shadowQuery(useLiveClient(), compared, text))
}

/** Check of a draft against the policy in force. */
export type DraftPreview = DraftCheck<PolicyProblem, PolicyEffect>

export function useDraftPreview(text: string, generation: string): DraftPreview {
  return useDraftCheck(`${PATH}/preview`, text, generation)
}

/** Saves a text in place of that version; returns the outcome, and reads the policy again. */
export function useSavePolicy(): (text: string, version: string | null) => Promise<PolicySaved> {
  const write = useWrite<PolicySaved>(DOCUMENT_KEYS.policy)
  return useCallback((text, version) => write(PATH, { text, version }), [write])
}

/** Lets the automatic approver go on where its brake has stopped it. */
export function useReleaseBrake(): () => Promise<PolicySaved> {
  const write = useWrite<PolicySaved>(DOCUMENT_KEYS.policy)
  return useCallback(() => write(`${PATH}/release`, {}), [write])
}

/** The kill switch. */
export function usePausePolicy(): (paused: boolean) => Promise<PolicySaved> {
  const write = useWrite<PolicySaved>(DOCUMENT_KEYS.policy)
  return useCallback((paused) => write(`${PATH}/pause`, { paused }), [write])
}
