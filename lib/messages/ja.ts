import type { Messages } from '#lib/messages/catalogue.ts'
import { activity } from '#lib/messages/ja/activity.ts'
import { alarm } from '#lib/messages/ja/alarm.ts'
import { board } from '#lib/messages/ja/board.ts'
import { bulk } from '#lib/messages/ja/bulk.ts'
import { causes } from '#lib/messages/ja/causes.ts'
import { checks } from '#lib/messages/ja/checks.ts'
import { common } from '#lib/messages/ja/common.ts'
import { decide } from '#lib/messages/ja/decide.ts'
import { documents } from '#lib/messages/ja/documents.ts'
import { expected } from '#lib/messages/ja/expected.ts'
import { hold } from '#lib/messages/ja/hold.ts'
import { joined } from '#lib/messages/ja/joined.ts'
import { keys, palette } from '#lib/messages/ja/keys.ts'
import { kubelets } from '#lib/messages/ja/kubelets.ts'
import { lists } from '#lib/messages/ja/lists.ts'
import { machine } from '#lib/messages/ja/machine.ts'
import { notifications } from '#lib/messages/ja/notifications.ts'
import { policy } from '#lib/messages/ja/policy.ts'
import { reading } from '#lib/messages/ja/reading.ts'
import { recorded } from '#lib/messages/ja/recorded.ts'
import { runs } from '#lib/messages/ja/runs.ts'
import { shell } from '#lib/messages/ja/shell.ts'
import { noAccess, signIn } from '#lib/messages/ja/sign-in.ts'
import { times } from '#lib/messages/ja/times.ts'
import { grants, twoPeople } from '#lib/messages/ja/two-people.ts'
import { webhook } from '#lib/messages/ja/webhook.ts'

/** Japanese, in the words of Kubernetes' and OpenShift's documentation. */
export const ja: Messages = {
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
