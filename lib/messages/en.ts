import { activity } from '#lib/messages/en/activity.ts'
import { alarm } from '#lib/messages/en/alarm.ts'
import { board } from '#lib/messages/en/board.ts'
import { bulk } from '#lib/messages/en/bulk.ts'
import { causes } from '#lib/messages/en/causes.ts'
import { checks } from '#lib/messages/en/checks.ts'
import { common } from '#lib/messages/en/common.ts'
import { decide } from '#lib/messages/en/decide.ts'
import { documents } from '#lib/messages/en/documents.ts'
import { expected } from '#lib/messages/en/expected.ts'
import { hold } from '#lib/messages/en/hold.ts'
import { joined } from '#lib/messages/en/joined.ts'
import { keys, palette } from '#lib/messages/en/keys.ts'
import { kubelets } from '#lib/messages/en/kubelets.ts'
import { lists } from '#lib/messages/en/lists.ts'
import { machine } from '#lib/messages/en/machine.ts'
import { notifications } from '#lib/messages/en/notifications.ts'
import { policy } from '#lib/messages/en/policy.ts'
import { reading } from '#lib/messages/en/reading.ts'
import { recorded } from '#lib/messages/en/recorded.ts'
import { runs } from '#lib/messages/en/runs.ts'
import { shell } from '#lib/messages/en/shell.ts'
import { noAccess, signIn } from '#lib/messages/en/sign-in.ts'
import { times } from '#lib/messages/en/times.ts'
import { grants, twoPeople } from '#lib/messages/en/two-people.ts'
import { webhook } from '#lib/messages/en/webhook.ts'

/** English. Sentence case, Kubernetes' own words, no exclamation marks. */
export const en = {
  common,
  shell,
  signIn,
  noAccess,
  notifications,
  board,
  bulk,
  machine,
  lists,
  kubelets,
  documents,
  expected,
  policy,
  activity,
  recorded,
  runs,
  decide,
  twoPeople,
  grants,
  causes,
  reading,
  checks,
  alarm,
  hold,
  webhook,
  keys,
  palette,
  times,
  joined,
}
