import type { twoPeople as english, grants as englishGrants } from '#lib/messages/en/two-people.ts'

export const twoPeople: typeof english = {
  line: {
    none: '2 人の承認が必要',
    // Begins with the remedy: a long name may be cut off.
    counts: (ago) => `別の人の承認が必要: ${ago}に {by} が提案`,
    own: (ago) => `別の人の承認が必要: ${ago}に自分が提案`,
    uncounted: '{by} の提案は 1 人目の承認に数えません',
  },

  because: {
    suspicious: 'ポリシーは、要注意の要求に 2 人の承認を求めています。',
    controlPlane:
      'ポリシーは、コントロールプレーンに 2 人の承認を求めています。このマシンは、Node、Machine、または登録予定のマシンのリストにより、コントロールプレーンに含まれます。',
  },

  title: {
    none: 'この承認には 2 人が必要です',
    counts: (ago) => `${ago}に {by} が承認を提案しました`,
    own: (ago) => `${ago}に自分が承認を提案しました`,
    uncounted: '2 人の承認が必要ですが、{by} の提案は 1 人目の承認に数えません',
  },
  next: {
    none: '承認すると提案になります。別の人も承認するまで、何も署名されません。',
    counts: '自分で内容を確認してください。この承認が 2 人目となり、確定します。',
    own: '別の人の承認が必要です。1 人で両方の承認を行うことはできません。',
  },
  until: (time) => `この提案は ${time} まで有効です。`,
  note: { counts: '提案者が書いた理由: {note}', own: '自分が書いた理由: {note}' },
  noNote: { counts: '提案者は理由を書いていません。', own: '自分は理由を書いていません。' },
  takeBack: '取り下げるには、要求 {name} を削除してください。',

  uncounted: {
    unreviewed:
      '自分で内容を確認してください。承認すると、提案者もこの種の要求を承認できるかどうかを、Countersign が API サーバーに問い合わせます。承認できる場合は、この承認が 2 人目となり、確定します。承認できない場合は、この承認が 1 人目になります。',
    own: '自分の提案です。',
    asking: '提案者がこの種の要求を承認できるかどうかを問い合わせています。',
    cannotAsk:
      '提案者がこの種の要求を承認できるかどうかを問い合わせできません。`subjectaccessreviews.authorization.k8s.io` に対する `create` が必要です。',
    mayNot: '提案者自身に、この種の要求の承認権限がありません。',
    requestor: '証明書の要求元による提案です。',
    withdrawn: '提案は拒否されました。',
    older: '要求よりも古い提案です。',
    otherContents: '内容の異なる要求に対する提案です。',
    notAPerson: '人ではなく、マシン用のアカウントによる提案です。',
  },

  dialog: {
    controlPlaneTitle: 'コントロールプレーンの要求を承認しますか?',
    propose: '{name} の承認を提案',
    recorded: '自分の名前とともに、提案としてクラスターに保存されます',
    recordedSecond: '2 人の名前とともに記録されます',
    why: '承認する理由 (省略可)',
    whyFirst: '別の人に伝えること',
    whyFirstHint: '別の人に表示されます。要求ではなく、提案に保存されます。',
  },
}

export const grants: typeof englishGrants = {
  title: '承認によって与えられる権限',
  node: '証明書の保持者は、ノード {name} として認証されます。そのノードで動く Pod の Secret を読み取り、ノードの状態を報告できます。',
  user: '証明書の保持者は、API サーバーでユーザー {user} として認証されます。',
  userInGroups:
    '証明書の保持者は、API サーバーで、次のグループに属するユーザー {user} として認証されます。',
  unnamed: '証明書の保持者は、API サーバーで名前のないユーザーとして認証されます。',
  control: 'クラスターを制御する権限を与えます。',
  controlWhy: '{names} はどのような操作も行えます。また、証明書は取り消せません。',
  untold: {
    inexact:
      '誰の証明書になり、どのような権限を与えるのかを特定できません。要求を正確に表示できず、署名者が別の内容と解釈する可能性があります。',
    severalNames:
      '誰の証明書になるのかを特定できません。サブジェクトに CN が複数あります。Kubernetes は最後の CN を、ほかのプログラムは最初の CN を使います。',
  },
  mayControl: 'クラスターを制御する権限を与える可能性があります。',
  controlIfTrusted:
    'API サーバーがこの署名者の CA を信頼している場合、クラスターを制御する権限を与えます。{names} はどのような操作も行えます。また、証明書は取り消せません。',
  server:
    '証明書の保持者は、次の名前のサーバーとして API サーバーに応答し、API サーバーから exec と logs のリクエストを受け取ります:',
  custom: '証明書の用途は、署名者と、その署名者の CA を信頼する側が決めます。',
  none: 'なし',
}
