import type { DECISION_CAUSES } from '#lib/csr/causes/decision-causes.ts'
import { sentences } from '#lib/messages/grammar/sentences.ts'

export const decisionCauses = sentences<typeof DECISION_CAUSES>()({
  requestGone: 'この要求はもう存在しません。',
  nameTooLong:
    '要求の名前が、更新で扱える長さを超えています。ここでもほかの手段でも、承認も拒否もできません。',
  requestReplaced: '要求が削除され、同じ名前で別の要求が作られました。',
  otherName: 'この uid は、別の名前の要求のものです。',
  otherContents: '要求の内容が、画面に表示されていたものと異なります。',
  otherVersion: '要求の resourceVersion が、画面に表示されていたものと異なります。',
  worseThanSeen: '表示したときよりも判定が悪くなっています。',
  decided: '{status}',
  decidedBy: '{status} ({person})',
  decidedAt: '{status} ({time})',
  decidedByAt: '{status} ({person}、{time})',
  decidedSaying: '{status}: 「{said}」',
  signerSaid: '署名者のメッセージ: 「{said}」',
  signerNotApproved: '署名者 {signer} の要求は、ここからは承認も拒否もしません。',
  notVerified: '判定は確認済みではなく、未確認です。',
  nodeExists: 'この要求が求める名前の Node が存在します。表示したときには存在しませんでした。',
  arrivedUnconfirmed:
    '画面を確認した後に届いた要求です。内容を見ずに承認できるほどの裏付けがありません。',
  filedAnew:
    'この要求を表示した後に、同じ名前で別の要求が出されました。新しい要求を確認するか、このマシンの計画を作り直してください。',
  neverApproved: 'この要求がここから承認されることはありません。',
  suspiciousAlone: '要注意の要求です。単独でのみ承認できます。',
  suspiciousConfirm: '要注意の要求です。承認するには、名前を正確に入力する必要があります。',
  suspiciousNote: '要注意の要求です。承認するには理由が必要です。',
  deniedJustNow:
    '同じマシンの別の要求 {request} が、先ほど拒否されました。承認する前に、この要求をもう一度確認してください。',
  takesTwoAlone: '2 人の承認が必要な要求です。単独でのみ承認できます。',
  takesTwoByNow: 'この要求には、現在は 2 人の承認が必要です。',
  twoNoName:
    '2 人の承認が必要ですが、操作している人の名前が API サーバー (SelfSubjectReview) から得られません。2 人を区別できません。',
  twoNotAPerson: '2 人の承認が必要ですが、このアカウントはマシン用のものです。',
  twoRequestor: '2 人の承認が必要ですが、要求元はそのどちらにもなれません。',
  proposed: '{proposal} として提案しました。{time} までに別の人の承認が必要です。',
  proposalLost: 'API サーバーの応答が失われ、提案は存在しません。',
  proposerMayNot:
    '{person} の提案 ({proposal}) は 1 人目の承認に数えません。提案者自身に、この種の要求の承認権限がありません。',
  proposerNotAsked:
    '{person} の提案 ({proposal}) は 1 人目の承認に数えません。提案者に承認権限があるかどうかを問い合わせできませんでした。問い合わせには、subjectaccessreviews.authorization.k8s.io に対する "create" が必要です。',
  stoppedUnanswered:
    '停止した時点で、API サーバーからの応答がありませんでした。処理は行われた可能性があります。',
  recordSilent: '記録に書き込めません。記録なしでは承認も拒否も行いません。',
  stoppedBefore: 'Countersign が停止されました。この処理は試みていません。',
  identityLost: 'API サーバーが認証情報を受け付けなくなりました。この処理は試みていません。',
  actorChanged:
    '認証情報が置き換えられ、Countersign は現在、別のアカウントとして動作しています。この処理は試みていません。',
  actorChangedMeanwhile:
    '認証情報が置き換えられ、Countersign は現在、別のアカウントとして動作しています。この処理は再試行していません。',
  clusterLost: 'クラスターの情報がライブではありませんでした。この処理は試みていません。',
  clusterLostMeanwhile:
    'クラスターの情報がライブではありませんでした。この処理は再試行していません。',
  judgingFailed: 'Countersign 自身の不具合により、判定できませんでした。この処理は試みていません。',
  approverStops: '自動承認プログラムは停止処理中です。',
  approverNotLeading: '自動承認プログラムの別のプロセスがリーダーです。',
  approverPaused: '自動承認は停止中です。',
  approverNotActing: 'ポリシーは自動での承認を行いません。',
  actsOnNamesAlone:
    'ポリシーは `act` モードですが `allowedNames` がなく、登録予定のマシンのリストには名前しかありません。証明書に含めてよい内容が、どこにも書かれていません。ポリシーに `allowedNames` を、またはリストにアドレスを追加してください。',
  approverCannotSee: 'クラスターの情報を信頼できません: {trouble}。',
  approverCannotJudge: 'まだ何も判定できません。',
  approverOtherPolicy: 'ポリシーが変更されました。',
  approverLeaves: 'ポリシーにより、人の判断に委ねます: {because}',
  approverLeavesFor: 'ポリシーにより、人の判断に委ねます: {because} ({check})',
})
