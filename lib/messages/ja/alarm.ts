import type { alarm as english } from '#lib/messages/en/alarm.ts'

const forAll = 'この操作は全員に適用され、操作した人の名前が記録に残ります。'

export const alarm: typeof english = {
  section: '警報',
  sectionHint:
    '承認された要求と異なる証明書が発行されたか、チェックで要個別確認となった要求が承認されました。最初に確認してください。',
  column: '問題の内容',
  more: (count) => `ほか ${count} 件`,
  dropped: (count) => `警報が多すぎたため、ほかの ${count} 件はここでは破棄されました。`,
  droppedRecorded: '記録にはすべての警報があります。',
  others: (count) =>
    `このマシンには、ほかに ${count} 件の警報があります。上の警報を既読にすると表示されます。`,
  knownSince: '{since} に検知しました。',
  row: '承認された内容と異なる証明書',
  differs: (whats) => `相違点: ${whats.join('、')}`,
  unreadableRow: '証明書を読み取れません',
  title: 'このマシンの証明書が、承認された内容と異なります。',
  titleRequest: '発行された証明書が、承認された内容と異なります。',
  text: '署名者は、要求 {name} で承認されたものとは異なる内容の証明書を発行しました。それでも証明書は有効で、その鍵を持つ者は有効期限まで使用できます。',
  unreadable:
    '要求 {name} は承認されましたが、署名者が発行したものを証明書として読み取れません。どのような権限を与えるものかは、誰にもわかりません。',
  remedy:
    'このクラスターで署名しているのは誰か、要求の status に書き込める者がほかにいないかを調べてください。それが明らかになるまで、このマシンの要求はこれ以上承認しないでください。証明書は失効させることができません。与えてはならない権限を与える証明書であれば、それを発行した CA を置き換えてください。',
  remedyAlone:
    'このクラスターで署名しているのは誰か、要求の status に書き込める者がほかにいないかを調べてください。証明書は失効させることができません。与えてはならない権限を与える証明書であれば、それを発行した CA を置き換えてください。',
  viewRequest: '要求を表示',
  kept: '{since} に検知しました。この警報は、人が既読にするまで残ります (記録を保存しない場合は、再起動まで)。それまで、このマシンの要求が一括で承認されることはありません。',
  keptAlone:
    '{since} に検知しました。この警報は、人が既読にするまで残ります (記録を保存しない場合は、再起動まで)。',
  dismiss: '既読にする…',
  dismissTitle: 'この警報を既読にしますか?',
  dismissText: `証明書を誰がなぜ発行したのかが明らかになってから、既読にしてください。${forAll}証明書は有効なままです。既読にすると、このマシンの要求は再び以前と同じように判定されます。`,
  dismissTextAlone: `証明書を誰がなぜ発行したのかが明らかになってから、既読にしてください。${forAll}証明書は有効なままです。`,
  confirmDismiss: '既読にする',
  dismissing: '既読にしています…',
  dismissed: '警報を全員について既読にしました。',
  notDismissed: '警報は既読になりませんでした。',
  table: '要求された内容と発行された内容',
  what: '項目',
  asked: '要求され、承認された内容',
  issued: '発行された内容',
  none: 'なし',
  seconds: (text) => `${text} 秒`,
  whats: {
    commonName: 'CN',
    organization: '組織 (O)',
    subject: 'その他の属性',
    dnsNames: 'DNS 名',
    ipAddresses: 'IP アドレス',
    otherNames: 'その他の名前',
    key: '公開鍵',
    extKeyUsage: '鍵用途',
    authority: '証明書への署名権限',
    lifetime: '有効期間',
    unreadable: '正確に読み取れない部分',
  },
  unlisted: 'その他',
  spoken: {
    issuedOtherwise: {
      one: (name) => `警報: ${name} の証明書が、承認された内容と異なります。`,
      alone: (request) => `警報: 要求 ${request} の証明書が、承認された内容と異なります。`,
      many: (count) => `警報: ${count} 件の証明書が、承認された内容と異なります。`,
    },
    approvedAgainst: {
      one: (name) => `警報: ${name} の要求が、チェックに反して承認されました。`,
      alone: (request) => `警報: 要求 ${request} が、チェックに反して承認されました。`,
      many: (count) => `警報: ${count} 件の要求が、チェックに反して承認されました。`,
    },
  },
  against: {
    row: {
      refused: '承認不可の判定に反して承認',
      suspicious: '要注意の判定に反して承認',
    },
    title: {
      refused:
        'Countersign のチェックで承認不可と判定されたにもかかわらず、このマシンの要求が承認されました。',
      suspicious:
        'Countersign のチェックで要注意と判定されたにもかかわらず、このマシンの要求が承認されました。',
    },
    titleRequest: {
      refused:
        'Countersign のチェックで承認不可と判定されたにもかかわらず、この要求が承認されました。',
      suspicious:
        'Countersign のチェックで要注意と判定されたにもかかわらず、この要求が承認されました。',
    },
    text: '要求 {name} は承認されました。condition に記載された承認者: {who}。承認権限を持つ人なら、誰でもこの記載を書き込めます。不合格のチェック: {checks}。',
    remedy:
      '誰がなぜ承認したのかを調べてください。詳細は{decisions}と API サーバーの監査ログにあります。誤りであれば、マシンをネットワークから切り離し、Node を削除してください。証明書は失効させることができず、その鍵を持つ者は有効期限まで使用できます。',
    remedyAlone:
      '誰がなぜ承認したのかを調べてください。詳細は API サーバーの監査ログにあります。証明書は失効させることができず、その鍵を持つ者は、有効期限まで証明書の名前で操作できます。与えてはならない権限を与える証明書であれば、それを発行した CA を置き換えてください。',
    by: 'condition に記載された承認者: {who}。',
    decisions: 'このマシンの承認と拒否の記録',
    kept: '{since} に検知しました。この警報は、人が既読にするまで残ります。このマシンの要求は、以前と同じように判定されます。',
    dismissText: `要求を誰がなぜ承認したのかが明らかになってから、既読にしてください。${forAll}`,
  },
}
