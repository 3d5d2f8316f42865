import { clusterCauses } from '#lib/messages/en/causes/cluster.ts'
import { decisionCauses } from '#lib/messages/en/causes/decision.ts'
import { documentCauses } from '#lib/messages/en/causes/document.ts'
import { httpCauses } from '#lib/messages/en/causes/http.ts'
import { policyCauses } from '#lib/messages/en/causes/policy.ts'
import type { CauseCatalogue } from '#lib/messages/grammar/cause-words.ts'

export const causes: CauseCatalogue = {
  ...clusterCauses,
  ...decisionCauses,
  ...documentCauses,
  ...httpCauses,
  ...policyCauses,
}
