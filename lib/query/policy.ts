import { keepPreviousData } from '@tanstack/react-query'
import { useCallback } from 'react'
import { type Answered, useAnswer, useWrite } from '#lib/query/answered.ts'
import { type DraftCheck, useDraftCheck } from '#lib/query/draft.ts'
import type {
  Compared,
  PolicyAnswer,
  PolicyEffect,
  PolicyProblem,
  PolicySaved,
  ShadowAnswer,
} from '#lib/wire/policy.ts'

export type {
  ChangedRow,
  Compared,
  PolicyAnswer,
  PolicyProblem,
  PolicySaved,
  ShadowAnswer,
  ShadowRow,
  ToldApprover,
  ToldForecast,
  ToldPolicy,
} from '#lib/wire/policy.ts'
export { COMPARED, isApproved } from '#lib/wire/policy.ts'

const PATH = '/api/policy'
const KEY = ['policy']
const KEEPING = {
  placeholderData: keepPreviousData,
  // Comparing a thousand rows deeply is dearer than drawing the few that are in view.
  structuralSharing: false,
  gcTime: 60_000,
}

/** The policy in force, where it is kept, and what this server may do about it. */
export function usePolicy(): Answered<PolicyAnswer> {
  return useAnswer([...KEY, 'document', PATH], PATH, KEEPING)
}

/** What the policy in force would have done with each request of the last 24 hours. */
export function useShadow(compared: Compared | null, text: string): Answered<ShadowAnswer> {
  const query = new URLSearchParams()
  if (compared !== null) query.set('show', compared)
  if (text.trim() !== '') query.set('q', text)
  const path = `${PATH}/forecast?${query}`
  return useAnswer([...KEY, 'shadow', path], path, KEEPING)
}

/** What a draft would do, measured against the policy in force. */
export type DraftPreview = DraftCheck<PolicyProblem, PolicyEffect>

export function useDraftPreview(text: string, generation: string): DraftPreview {
  return useDraftCheck(`${PATH}/preview`, text, generation)
}

/** Saves a text in place of that version; answers what came of it, and reads the policy again. */
export function useSavePolicy(): (text: string, version: string | null) => Promise<PolicySaved> {
  const write = useWrite<PolicySaved>(KEY)
  return useCallback((text, version) => write(PATH, { text, version }), [write])
}

/** Lets the automatic approver go on where its brake has stopped it. */
export function useReleaseBrake(): () => Promise<PolicySaved> {
  const write = useWrite<PolicySaved>(KEY)
  return useCallback(() => write(`${PATH}/release`, {}), [write])
}

/** The kill switch. */
export function usePausePolicy(): (paused: boolean) => Promise<PolicySaved> {
  const write = useWrite<PolicySaved>(KEY)
  return useCallback((paused) => write(`${PATH}/pause`, { paused }), [write])
}
