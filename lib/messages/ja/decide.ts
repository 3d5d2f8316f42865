import type { decide as english } from '#lib/messages/en/decide.ts'
import { requests } from '#lib/messages/ja/counts.ts'

const notKnown = (count: number) => (count === 0 ? '' : `、${count} 件は結果がまだ不明`)

const NO_KUBELET =
  'ここで拒否する要求を待っている kubelet は確認されていないため、マシンの参加を防ぐことにはなりません。'

export const decide: typeof english = {
  sent: '送信済みです。閉じても取り消されません。',

  confirm: {
    title: '要注意の要求を承認しますか?',
    existingNode: {
      title: '既存のノードを名乗るマシンを承認しますか?',
      text: '承認すると、新しい鍵に以前からの名前が与えられます。',
    },
    withNote: { title: 'メモを付けて承認', label: 'メモ (省略可)' },
    also: (older, minutes) =>
      [
        older === 0 ? '' : `古い重複 ${older} 件も承認します。`,
        minutes === null
          ? ''
          : `サーバー要求は、${minutes} 分以内に届き、判定がこの要求より悪くなければ、届いた時点で承認します。`,
      ].join(''),
    type: '承認するには {name} と入力してください',
    why: '承認する理由',
    whyHint: '要求の condition に保存され、後から読むすべての人に表示されます',
    recorded: '自分の名前、不合格のチェックとともに記録されます',
    recordedSound: '自分の名前とともに記録されます',
    failing: (count) => `不合格のチェック ${count} 件`,
    approve: '{name} を承認',
    changed: 'この要求は、画面を開いたときから変わっています。閉じて、もう一度確認してください。',
    mismatch: '名前は一字一句そのまま入力する必要があります。',
    needsWhy: '理由を簡潔に入力してください。',
    outOfScope:
      '署名者は、kubelet が使用する 2 つのいずれでもありません。Countersign がこの要求を承認するのは、設定にこの署名者が記載されている場合だけです。',
  },

  deny: {
    title: (count) =>
      count === 1 ? '{name} を拒否しますか?' : `${requests(count)}を拒否しますか?`,
    after: {
      kubelet:
        'kubelet は直ちに待機をやめ、数秒以内に新しい鍵で新しい要求を出します。その新しい要求は、1〜2 時間は要注意になります。一括承認の対象にはならず、自動承認プログラムも承認しません。マシンの参加を防ぐには、マシンを停止するか、そのブートストラップ認証情報を取り除いてください。',
      stranger: `${NO_KUBELET}ただし、新しいマシンと、その名前で要求を出すほかの者とを区別することはできません。1〜2 時間は、この名前のほかのクライアント要求が、すでに待っているものも含めてすべて要注意になります (ノード自身が出したものを除く)。一括承認の対象にはならず、自動承認プログラムも承認しません。`,
      unrelated: `${NO_KUBELET}マシンがその後に出した要求の判定は、これまでと変わりません。これから出す要求は、1〜2 時間は要注意になる可能性があります。マシンの参加を防ぐには、マシンを停止してください。`,
      other:
        'この要求の拒否は確定し、取り消せません。証明書を必要とする側は、別の要求を出す必要があります。',
    },
    hourAgain: 'Machine オブジェクトがない場合、マシンの 1 時間は最初から数え直しになります。',
    list: '拒否の対象',
    machineApprover:
      'OpenShift の machine-approver は拒否を考慮せず、Countersign のチェックも行いません。次に出される要求を承認する可能性があります。Machine が一致する要求については、拒否された後も承認を試み続けます。拒否は確定しているため毎回失敗し、そのたびにキューの順番を使います。',
    purposes: { client: 'クライアント', serving: 'サーバー', other: 'その他' },
    more: (count) => `ほか ${count} 件`,
    why: () => '拒否する理由',
    whyHint: '要求の condition に保存されます。省略できます。',
    deny: (count) => (count === 1 ? '{name} を拒否' : `${requests(count)}を拒否`),
    denying: '拒否中…',
    progress: (denied, count) => `${requests(count)}中 ${denied} 件を拒否しました。`,
    closing: '閉じると停止します。拒否済みのものは拒否されたままです。',
    stop: '停止',
    stopping: '停止しています…',
    asWhom: '拒否の実行ユーザー: {user}',
    nothing: 'この中に、保留中のものはもうありません。',
    result: {
      deniedOne: {
        client: '{name} のクライアント要求を拒否しました',
        serving: '{name} のサーバー要求を拒否しました',
        other: '{name} を拒否しました',
      },
      denied: (count) => `${requests(count)}を拒否しました`,
      some: (denied, count, unknown) =>
        `${requests(count)}中 ${denied} 件を拒否${notKnown(unknown)}`,
      stopped: (denied, count, unknown) =>
        `停止: ${requests(count)}中 ${denied} 件を拒否${notKnown(unknown)}`,
      none: (count) => `${requests(count)}のうち、拒否されたものはありません`,
      unclear: (count) => `${requests(count)}がすべて拒否されたかどうかは、まだ不明です`,
      not: (count) =>
        count === 1 ? '{name}: {outcome}。' : `{name} (${requests(count)}): {outcome}。`,
      next: {
        kubelet:
          'kubelet は数秒以内に再び要求を出します。新しい要求は、1〜2 時間は要注意になります。承認する場合は、ここで個別に承認してください。',
        stranger:
          '1〜2 時間は、この名前のほかのクライアント要求がすべて要注意になります (ノード自身が出したものを除く)。承認する場合は、ここで個別に承認してください。',
      },
    },
  },

  approved: {
    title: {
      both: '{name} を承認しました',
      client: '{name} のクライアント要求を承認しました',
      serving: '{name} のサーバー要求を承認しました',
      other: '{name} を承認しました',
    },
    next: '署名を待っています',
    followed: (until) =>
      `クライアント要求は今回、サーバー要求は ${until} までに届いた時点で承認します`,
    olderLeft: (count) => `古い重複 ${count} 件は承認されませんでした`,
  },

  view: { text: '表示', label: '{name} を表示' },
  review: { text: '内容を確認', label: '{name} の内容を確認' },

  outcomes: {
    approve: {
      proposed: '{name} の承認を提案しました。まだ承認されていません',
      already: '{name} はすでに承認されていました',
      changed: '{name} は表示された後に変更されました。何も承認していません',
      gone: '{name} はもう存在しません。何も承認していません',
      forbidden: 'クラスターが {name} の承認を許可しませんでした',
      refused: 'Countersign は {name} を承認しません',
      throttled: 'クラスターが混み合っています。{name} は承認されませんでした',
      unknown: '{name} が承認されたかどうかは、まだ不明です',
      error: '{name} は承認されませんでした',
    },
    deny: {
      proposed: '{name} は拒否されませんでした',
      already: '{name} はすでに拒否されていました',
      changed: '{name} は表示された後に変更されました。何も拒否していません',
      gone: '{name} はもう存在しません。何も拒否していません',
      forbidden: 'クラスターが {name} の拒否を許可しませんでした',
      refused: 'Countersign は {name} を拒否しませんでした',
      throttled: 'クラスターが混み合っています。{name} は拒否されませんでした',
      unknown: '{name} が拒否されたかどうかは、まだ不明です',
      error: '{name} は拒否されませんでした',
    },
    noBulk: '何も承認されませんでした',
    lookAgain: '承認または拒否の前に、もう一度確認してください。',
    readBack: '応答を受信できませんでした。行には、クラスターから得た状態が表示されます。',
  },
}
