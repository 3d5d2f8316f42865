import type { notifications as english } from '#lib/messages/en/notifications.ts'

export const notifications: typeof english = {
  title: '通知',
  lede: '通知から承認されることはありません。通知はマシンまたは要求のページへのリンクで、判断はそのページで行います。',
  failed: '通知を読み取れません',

  webhook: {
    title: 'Webhook',
    aside: 'サーバーから全員に送信',
    address: {
      name: 'アドレス',
      text: '`COUNTERSIGN_WEBHOOK_URL`、チャートでは `dashboard.webhook` の値です。変更はそこで行います。このページでは変更できません。アドレスのパスがサーバーの外に出ることはありません。',
    },
    formats: { json: 'JSON', slack: 'Slack', teams: 'Teams', alertmanager: 'Alertmanager' },
    signed: {
      name: '署名',
      yes: 'シークレットを設定済み',
      yesText: '受信側は、メッセージがこのサーバーのものであることを検証できます。',
      no: 'シークレットが未設定',
      noText: 'メッセージに署名するには、`COUNTERSIGN_WEBHOOK_SECRET_FILE` を設定してください。',
    },
    health: {
      name: '状態',
      none: '起動後の送信なし',
      good: 'すべて配信済み',
      tryingAgain: (count) => `${count} 件を再試行中`,
      givenUp: (count) => `${count} 件を断念`,
      last: (when) => `最後の配信: ${when}`,
    },
    test: {
      name: 'テスト',
      send: 'テストを送信',
      sent: 'テストを送信しています',
      failed: 'テストは送信されませんでした',
      none: '起動後の送信なし',
      mayNot: 'テストの送信には、要求の承認権限が必要です。',
    },
  },

  none: {
    title: 'Webhook は設定されていません',
    text: 'Webhook は、チャットや Alertmanager などの 1 つの送信先です。設定すると、このページを開いている人がいなくても、サーバーが次のメッセージを送信します。',
    env: '次の設定をサーバーの環境変数に加え、サーバーを起動し直してください:',
    chart: 'チャートの values では次のようにします:',
    environment: '環境変数',
    values: 'チャートの values',
  },

  events: {
    table: '通知する出来事と通知先',
    columns: { event: '通知する出来事', webhook: 'Webhook', browser: 'このブラウザー' },
    yes: 'あり',
    no: 'なし',
    rows: {
      hour: {
        name: 'マシンの 1 時間の期限まで残り 15 分',
        text: '段階にかかわらず、最初の要求から数える',
      },
      overdue: {
        name: 'マシンが 1 時間の期限を超過',
        text: 'マシンごとに、1 時間の期限につき 1 回',
      },
      waiting: { name: 'マシンの待機が 15 分継続', text: 'マシンごとに、1 時間の期限につき 1 回' },
      alarm: {
        name: '警報',
        text: 'チェックに反する承認または発行。マシンのない要求も含む',
      },
      brake: {
        name: 'ブレーキが作動',
        text: '自動承認プログラムまたは OpenShift の machine-approver が自ら停止',
      },
      run: {
        name: '実行が終了',
        text: '一括承認。Webhook では一括拒否も通知',
      },
      test: { name: 'テスト', text: '' },
    },
  },

  deliveries: {
    title: '配信',
    aside: (most, since) => `起動 (${since}) 以降の最新 ${most} 件`,
    table: '配信',
    columns: { when: '日時', what: '内容', state: '状態', action: '操作' },
    none: '起動後に送信したメッセージはありません。',
    all: 'すべて',
    kind: '出来事',
    noneShown: 'この状態と出来事に当てはまるメッセージはありません。',
    more: (count) => `ほか ${count} 件`,
    states: {
      queued: '送信中',
      tryingAgain: '再試行中',
      delivered: '配信済み',
      givenUp: '断念',
    },
    deliveredAt: (tries) => `${tries} 回目で配信済み`,
    answers: {
      noAnswer: '10 秒以内に応答なし',
      queueFull: '待機中のメッセージが多すぎる',
      secretEmpty: 'シークレットが空',
      ENOENT: 'シークレットのファイルを読み取れない',
      EACCES: 'シークレットのファイルを読み取れない',
    },
    took: (answer, ms) => `${answer} (${ms} ms)`,
    next: (answer, tries, most, wait) => `${answer}、${wait}後に試行 ${tries}/${most}`,
    after: (answer, tries) => `${answer}、${tries} 回試行`,
    again: '再送信',
    againNamed: (what, when) => `再送信: ${what}、${when}`,
    sent: 'メッセージを再送信しています',
    failed: 'メッセージは送信されませんでした',
  },

  browser: {
    title: 'このブラウザー',
    aside: 'このブラウザーのみ',
    switch: '通知',
    on: 'Countersign のページが隠れている間に通知します。ブラウザーは通知を許可しています。',
    off: 'Countersign のページが隠れている間に通知します。オンにすると、ブラウザーが許可を求めます。',
    blocked:
      'ブラウザーがこのアドレスの通知をブロックしています。ブラウザーの設定で許可してください。',
    unsupported: 'このブラウザーでは、ここで通知を使えません。',
  },

  example: {
    title: '送信されるメッセージの例',
    copy: '例をコピー',
  },

  titles: {
    'machine.waiting.15min': (count) =>
      count === 1
        ? '{name} の待機が 15 分続いています'
        : `マシン ${count} 台の待機が 15 分続いています`,
    'machine.hour.15min': (count) =>
      count === 1
        ? '{name} の期限まで残り 15 分です'
        : `マシン ${count} 台の期限まで残り 15 分です`,
    'machine.overdue': (count) =>
      count === 1
        ? '{name} が 1 時間の期限を過ぎました'
        : `マシン ${count} 台が 1 時間の期限を過ぎました`,
    'machine.alarm': (count) =>
      count === 1
        ? '{name} の証明書が、承認された内容と異なります'
        : `マシン ${count} 台の証明書が、承認された内容と異なります`,
    'machine.approvedAgainst': (count) =>
      count === 1
        ? '{name} の要求が、チェックに反して承認されました'
        : `マシン ${count} 台の要求が、チェックに反して承認されました`,
    'request.alarm': (count) =>
      count === 1
        ? 'マシン名のない要求 {name} の証明書が、承認された内容と異なります'
        : `マシン名のない要求 ${count} 件の証明書が、承認された内容と異なります`,
    'request.approvedAgainst': (count) =>
      count === 1
        ? 'マシン名のない要求 {name} が、チェックに反して承認されました'
        : `マシン名のない要求 ${count} 件が、チェックに反して承認されました`,
  },
  bulk: {
    finished: '一括承認が完了しました',
    stopped: '一括承認が停止しました',
  },
  decided: (decided, total) => `要求 ${total} 件中 ${decided} 件を承認しました。`,
  needsYou: (count) => `マシン ${count} 台が対応待ちです。`,
  named: (names, more) => `${names.join('、')}${more > 0 ? `、ほか ${more} 件` : ''}`,
  onCluster: (cluster) => `クラスター ${cluster}`,
  session: {
    title: 'セッションが終了しました',
    text: '再びサインインするまで、通知は行われません。',
  },
}
