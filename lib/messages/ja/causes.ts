import type { CauseCatalogue } from '#lib/messages/grammar/cause-words.ts'
import { clusterCauses } from '#lib/messages/ja/causes/cluster.ts'
import { decisionCauses } from '#lib/messages/ja/causes/decision.ts'
import { documentCauses } from '#lib/messages/ja/causes/document.ts'
import { httpCauses } from '#lib/messages/ja/causes/http.ts'
import { policyCauses } from '#lib/messages/ja/causes/policy.ts'

export const causes: CauseCatalogue = {
  ...clusterCauses,
  ...decisionCauses,
  ...documentCauses,
  ...httpCauses,
  ...policyCauses,
}
