import type { shell as english } from '#lib/messages/en/shell.ts'
import { span } from '#lib/messages/ja/times.ts'

const number = (value: number) => value.toLocaleString('ja-JP')

const LINK = 'リンクから Countersign を開いてください'

export const shell: typeof english = {
  skip: '本文へ移動',
  home: 'Countersign、マシン',
  main: 'メイン',
  opening: 'ページを開いています…',
  tabs: {
    machines: 'マシン',
    requests: '要求',
    nodes: 'ノード',
    expected: '登録予定',
    policy: 'ポリシー',
    activity: '操作履歴',
  },
  cluster: 'クラスター',
  clusterServer: 'API サーバー',
  clusterVersion: 'バージョン',
  clusterUser: '実行ユーザー',
  waiting: {
    mine: (count) => `承認待ちのマシン ${count} 台`,
    others: (count) => `承認待ちのマシン ${count} 台`,
  },
  theme: 'ライトとダークを切り替える',
  language: { title: '言語', browser: 'ブラウザーの設定に従う' },
  searchShort: '検索または実行…',
  keys: 'キーボードショートカット',
  help: {
    title: 'ヘルプ',
    version: (version) => `Countersign ${version}`,
    guide: 'ガイド',
    guideHere: 'このページのガイド',
    whatIsNew: '新機能',
    onThisPage: 'このページの内容',
    inEnglish: 'このドキュメントは英語のみです。',
    code: 'コード',
  },
  actingAs: (user) => `実行ユーザー: ${user}`,
  signOut: 'サインアウト',

  demo: {
    label: 'デモ',
    title: 'これはデモです。',
    text: 'クラスターはデモに付属するもので、デモの終了とともに消えます。ここでの操作が、利用中のクラスターに及ぶことはありません。',
  },
  insecure: {
    label: '検証されない接続',
    title: 'API サーバーの証明書は検証されていません。',
    text: 'kubeconfig に `insecure-skip-tls-verify` が指定されています。通信経路上の第三者は、任意の要求を任意のマシンの要求として見せることも、認証情報を奪うこともできます。代わりに、クラスターの CA を kubeconfig に設定してください。',
  },

  record: {
    trouble: (when) => `${when} から、何も記録できない状態です`,
    full: (when) => `${when} から、記録のボリュームに空きがない状態です`,
    fullText:
      '空きを作るため、まず受け付けられなかった操作とサインインの記録、次に最初に検出された時点の要求の記録が削除されます。誰が何を承認または拒否したかの記録は、最後に削除されます。ボリュームの容量を増やすか、記録の上限バイト数を減らしてください。',
    required:
      '記録は必須に設定されています。再び書き込めるようになるまで、承認も拒否も行われません。',
    optional:
      '承認と拒否は継続され、これまでどおり標準出力に出力されます。未記録のものは、記録できるようになった時点で記録されます。未記録のものが 50,000 件に達すると、それ以降のものは失われます。',
    remedy:
      '記録の保存先の空きを増やすか、データベースを復旧してください。原因はサーバーのログにあります。',
  },

  connection: {
    live: 'ライブ',
    liveSpoken: '、クラスターに接続済み',
    connecting: '接続を試行中',
    reconnecting: '再接続中',
    reconnectingSince: (seconds) => `再接続中、最終更新 ${span(seconds)}前`,
    stale: '古い情報',
    staleSince: (seconds) => `古い情報、最終更新 ${span(seconds)}前`,
    forbidden: 'アクセス権なし',
    unauthorized: 'クラスターの認証切れ',
    unreachable: 'クラスターに到達不能',
    withheld: 'ライブではありません',
    signedOut: 'サインアウト済み',
  },

  banner: {
    lost: (seconds) =>
      `クラスターへの接続が切れています。表示内容は ${span(seconds)}前のものです。`,
    lostUnknown: 'クラスターへの接続が切れています。表示内容は古い可能性があります。',
    lostServer: (seconds) =>
      `Countersign への接続が切れています。表示内容は ${span(seconds)}前のものです。`,
    stale: (seconds) =>
      `${span(seconds)}の間、クラスターからの通信がありません。表示内容は古い可能性があります。`,
    sourceLost: {
      nodes: {
        title: '現在、クラスターのノードを読み取れません。',
        never:
          '要求をノードと照合できません。既存のノードの要求が、新しいマシンの要求のように見えます。',
        before:
          '要求は、最後に読み取ったノードと照合されます。その後に加わったノードの要求は、新しいマシンの要求のように見えます。',
        forbiddenTitle: 'クラスターがノードの読み取りを許可しなくなりました。',
        forbidden:
          '要求をノードと照合できなくなりました。既存のノードの要求が、新しいマシンの要求のように見えます。照合できるようになるまで承認できません。クラスター管理者に権限を依頼するか、権限なしで続けるには Countersign を再起動してください。',
      },
      machines: {
        title: '現在、クラスターの Machine オブジェクトを読み取れません。',
        never:
          '要求を Machine オブジェクトと照合できません。マシンの裏付けも、矛盾の検出もできません。',
        before:
          '要求は、最後に読み取った Machine オブジェクトと照合されます。その後の変更は、マシンの裏付けにも、矛盾の検出にも使われません。',
        forbiddenTitle: 'クラスターが Machine オブジェクトの読み取りを許可しなくなりました。',
        forbidden:
          '要求を Machine オブジェクトと照合できなくなりました。マシンの裏付けも、矛盾の検出もできません。照合できるようになるまで承認できません。クラスター管理者に権限を依頼するか、権限なしで続けるには Countersign を再起動してください。',
      },
    },
    off: '一覧が再び最新になるまで承認できません。カウントダウンは続きます。',
    nextTry: (seconds) => `${span(seconds)}後に再試行します。`,
    trying: '再試行しています。',
    forbidden: 'クラスターが要求の読み取りを許可していません。',
    forbiddenText:
      'ロールに `certificatesigningrequests.certificates.k8s.io` に対する `list` と `watch` が必要です。次のルールの追加をクラスター管理者に依頼してください:',
    unauthorized: 'クラスターが認証情報を受け付けなくなりました。',
    unauthorizedText:
      '`kubectl` の場合と同じように、クラスターにサインインし直してください。Countersign は 1 分以内に自動的に再開します。それまで承認できません。',
    unreachable: 'クラスターの API サーバーに到達できません。',
    unreachableText:
      'kubeconfig のアドレスと、そこまでのネットワークを確認してください。Countersign は再試行を続けます。',
    withheld: '現在、承認も拒否もできません。',
    words: '全文: {message}',
    sourceOff: {
      nodes: 'ノードを読み取れません。',
      machines: 'Machine オブジェクトを読み取れません。',
      operators: 'クラスター Operator を読み取れません。',
      csrs: '要求を読み取れません。',
    },
    machinesPartly: '一部の Machine オブジェクトを読み取れません。',
    sourceForbidden:
      'ロールに、これらに対する `get`、`list`、`watch` がありません。これらに依存するものは不明と表示されます。ルールの追加をクラスター管理者に依頼してください。',
    setAside: (count) => `オブジェクト ${count} 件を読み取れなかったため、除外しました。`,
  },

  leftOut: {
    kubelets: {
      title: 'kubelet の署名者に対する要求の数が、Countersign の監視上限を超えています。',
      text: (most) =>
        `{signers} の要求が ${number(most)} 件を超えています。これらの要求は 1 件も表示されず、手動でも自動でも、ここで承認または拒否することはできません。各ページのマシンの情報にも含まれません。kubelet のもう一方の署名者の要求は、引き続き扱われます。要求を出しているものを特定し、不要な要求を削除してください。Countersign は 5 分ごとに再確認します。`,
    },
    others: {
      title: (count) =>
        count === null
          ? 'ほかの署名者の要求の一部が表示されていません。'
          : `ほかの署名者の要求が、あと約 ${number(count)} 件ありますが、表示されていません。`,
      ofSigners: (most) =>
        `{signers} の要求は、含めると合計が ${number(most)} 件を超えるため、除外されています。kubelet の要求と、それ以外のすべての署名者の要求は表示されています。`,
      ofMany: (most) =>
        `要求が ${number(most)} 件を超えており、署名者が多すぎるため、署名者ごとに除外できません。名前順で先頭のものが表示され、5 分ごとに読み直されます。kubelet の要求はすべて表示されています。`,
      notRead: '現在、ほかの署名者の要求を読み取れません。',
      notReadText: 'kubelet の要求はすべて表示されています。',
    },
  },

  signedOut: {
    title: {
      noKey: LINK,
      badKey: LINK,
      ended: LINK,
      unreachable: LINK,
      noAnswer: 'Countersign が応答しません',
      byPerson: 'サインアウトしました',
      byPersonHere: 'このブラウザーはサインアウトしました',
      notEnded: 'まだサインインしている可能性があります',
    },
    noKey:
      'Countersign は、起動のたびにキーの付いたリンクを表示します。このページにはキーがありません。そのリンクを開いてください。',
    badKey:
      'このキーは、動作中の Countersign のものではありません。キーは起動のたびに変わります。最後に表示されたリンクを開いてください。',
    ended:
      'Countersign が再起動されたか、セッションの期限が切れました。最後に表示されたリンクを開いてください。',
    byPerson:
      'このブラウザーに、クラスターの情報は残っていません。実行中だった一括承認は停止しました。承認済みのものは承認されたままです。再びサインインするには、Countersign が起動時に表示したリンクを開いてください。',
    byPersonHere:
      'このブラウザーに、クラスターの情報は残っていません。ただし、Countersign が応答しなかったため、操作のない状態が一定時間続くまで、Countersign 側にセッションが残る可能性があります。今すぐ終了させるには、Countersign を終了してください。',
    unreachable: 'Countersign が応答しません。動作しているかどうかを確認してください。',
    noAnswer: '応答があるまで、自動的に再試行します。その間、クラスターの情報は表示されません。',
    notEnded:
      'このブラウザーに、クラスターの情報はもう表示されません。ただし、Countersign が応答しなかったため、次にこのブラウザーを使う人が、このユーザーとしてサインインした状態になる可能性があります。もう一度サインアウトしてください。',
    signOutAgain: 'もう一度サインアウト',
    where: 'リンクは、Countersign を実行しているターミナルにあります。',
  },

  failed: {
    title: '一覧を読み取れません',
    text: 'Countersign は再試行を続けます。全文: {message}',
  },

  errorPage: {
    title: 'このページでエラーが発生しました',
    text: 'このエラーによって承認または拒否されたものはありません。再読み込みしてください。再びエラーになる場合は、下の行が原因の調査に役立ちます。',
    said: 'エラーの内容: 「{said}」',
    logged: 'サーバーのログでは {id} として記録されています。',
    again: '再読み込み',
  },
  notFound: {
    title: 'ページが見つかりません',
    text: 'アドレスが誤っているか、マシンまたは要求がすでに存在しない可能性があります。',
    back: 'マシンの一覧に移動',
  },

  spoken: {
    off: {
      notLive: '接続が切れました。承認できません。',
      notRead: 'クラスターが、必要な情報の一部の読み取りを許可しなくなりました。承認できません。',
      unauthorized:
        'クラスターが認証情報を受け付けなくなりました。クラスターにサインインし直すまで承認できません。',
      withheld:
        '要求の照合に使う情報がすべてそろっていないか、最新ではありません。承認できません。',
    },
    back: 'ライブに戻りました。',
  },
}
