import type { policy as english } from '#lib/messages/en/policy.ts'
import { requests } from '#lib/messages/ja/counts.ts'
import { span } from '#lib/messages/ja/times.ts'

export const policy: typeof english = {
  title: 'ポリシー',
  failed: 'ポリシーを読み取れません',

  head: {
    builtIn: '組み込みのポリシー',
    builtInText:
      'ポリシーの文書が指定されていないため、既定値が適用され、人を介さずに承認されるものはありません。独自のポリシーを使うには、`--policy` にファイルまたは `configmap:<namespace>/<name>` を指定して Countersign を起動します。',
    builtInFor: {
      file: '独自のポリシーは、ファイル {where} に置きます。',
      configMap: '独自のポリシーは、ConfigMap {where} のキー `policy.yaml` に置きます。',
    },
    generation: '世代 {generation}',
    since: (when) => `${when} から有効`,
    file: 'ファイル {where} にあります。',
    configMap: 'ConfigMap {where} のキー `policy.yaml` にあります。',
  },

  modes: { off: 'オフ', shadow: '試行 (シャドー)', act: '自動承認' },

  text: {
    aside: '何を要求でき、誰が承認できるか',
    label: 'ポリシーの内容',
    edit: '編集…',
    edits: {
      inForce: 'この内容は有効です。「編集…」でこの内容を編集します。',
      notInForce: 'この内容は受け付けられず、有効ではありません。「編集…」でこの内容を編集します。',
      first:
        'ポリシーはまだ保存されていません。これは組み込みの内容です。「編集…」でそのコピーを編集し、保存すると有効になります。',
      copy: 'ここでポリシーを書き込む権限がないため、「編集…」ではコピーを編集します。その場合は、代わりに適用する内容がページに表示されます。',
      builtIn:
        'これは組み込みの内容です。「編集…」でそのコピーを編集します。コピーは、それを指定して Countersign を起動すると有効になります。',
    },
  },

  acts: {
    label: '人を介さずに承認するもの',
    question: '人を介さない承認',
    inForce: '有効なポリシー',
    states: {
      act: {
        name: '自動承認中',
        text: '自動承認プログラムが動作しています。このポリシーで許可されたものを承認し、拒否は決して行いません。',
      },
      shadow: {
        name: '試行中',
        text: '自動承認プログラムが動作し、監視しています。承認するはずのものを示すだけで、何も承認しません。',
      },
      paused: {
        name: '停止中',
        text: '自動承認プログラムは何も承認しません。人は引き続き承認できます。',
      },
      brake: {
        name: 'ブレーキ作動中',
        text: '自動承認プログラムは、上限に達した範囲で自ら停止しています。停止は、人がブレーキを解除するまで続きます。',
      },
      off: {
        name: 'なし',
        text: 'ポリシーのモードがオフのため、ここでこのポリシーによって承認するプログラムはありません。',
      },
      absent: {
        name: 'なし',
        text: 'ポリシーは自動承認プログラムの動作を許可していますが、インストールされていません。',
      },
      barred: {
        name: 'なし',
        text: 'このポリシーでは、自動承認プログラムは何も承認しません。理由は上に表示されています。',
      },
      leaderless: {
        name: 'なし',
        text: '自動承認プログラムはインストールされていますが、現在リーダーがいません。',
      },
      unknown: {
        name: '不明',
        text: 'ポリシーは自動承認プログラムの動作を許可しています。動作しているかどうかは不明です。',
      },
    },
    approver: {
      question: '自動承認プログラム',
      leading: {
        name: '動作中',
        text: '',
        seen: (when) =>
          `リーダーは {holder} です。最後の更新は、リーダー自身の時計で ${when} です。`,
      },
      leaderless: {
        name: '動作していません',
        text: '現在、リーダーはいません。',
        seen: (when) =>
          `リーダーは {holder} でした。最後の更新は、リーダー自身の時計で ${when} です。`,
      },
      absent: { name: '未インストール', text: 'Lease がクラスターにありません。' },
      unknown: { name: '不明', text: 'Lease を読み取れません。' },
    },
    stop: {
      by: '{by} が停止しました。',
      byAt: (when) => `${when} に {by} が停止しました。`,
      unknown: 'キー `paused` には、停止した人の記載がありません。',
      why: '理由: {why}',
      gone: '有効だったポリシーが、保存場所からなくなっています。',
    },
  },

  stops: {
    title: '停止の対象',
    stops: {
      name: '停止するもの',
      text: 'このクラスターの自動承認プログラム (全ユーザーが対象、3 秒以内)',
    },
    goesOn: { name: '継続するもの', text: 'ここでの手動の承認、自分の実行、警報、記録' },
    until: { name: '期間', text: '同じ権限を持つ人が再開するまで' },
    not: { name: '対象外', text: 'OpenShift の machine-approver (別のプログラムのため)' },
  },

  pause: {
    stop: '自動承認を停止…',
    resume: '自動承認を再開…',
    stopTitle: '自動承認を停止しますか?',
    stopText:
      'ポリシーと同じ場所に、操作した人の名前と理由を付けて `paused` を書き込みます。自動承認プログラムは 2 秒ごとに確認し、それ以降は何も承認しません。すでに承認されたものは承認されたままで、要求は人による承認を待ちます。',
    resumeTitle: '自動承認を再開しますか?',
    resumeText:
      '停止を解除します。モードが `act` の場合、自動承認プログラムは、待っている要求のうちこのポリシーを満たすものをただちに承認します。',
    confirmStop: '自動承認を停止',
    confirmResume: '再開',
    why: '理由 (省略可、このページを閲覧できる全員に表示)',
    writing: '書き込んでいます…',
    stopped: '自動承認を停止しました',
    resumed: '自動承認を再開しました',
    failed: '停止の設定は変更されませんでした',
    unknown: '停止の設定が変更されたかどうかは不明です',
    off: 'ここに書き込む権限がありません。ロールにこの ConfigMap に対する `update` がないか、ファイルを書き込む権限がありません。',
    offUnknown: 'クラスターが権限を回答するまで操作できません。',
    offAbsent: '自動承認プログラムはインストールされていないため、停止するものがありません。',
    mayNot: '停止するには、ポリシーを書き込む権限が必要です。',
  },

  approver: {
    barred: 'このポリシーでは、自動承認プログラムは何も承認しません',
    brake: 'ブレーキが自動承認プログラムを停止しました',
    brakeText:
      '自動承認プログラムは、次の範囲で 1 時間以内にポリシーの上限まで承認したため、人の対応を待っています。その間、止められている要求は人による承認を待ちます。',
    trips: {
      node: 'ノード {name}:',
      requestor: '要求元 {name}:',
      total: 'すべての要求:',
    },
    at: (when) => `${when} から`,
    more: (count) => `ほか ${count} 件`,
    release: 'ブレーキを解除…',
    releaseTitle: 'ブレーキを解除しますか?',
    releaseText:
      'ポリシーと同じ場所に、現在の時刻を `released` として書き込みます。自動承認プログラムは 2 秒ごとに確認し、停止していた範囲で承認を続けます。先に、要求が多かった原因を確認してください。',
    confirm: 'ブレーキを解除',
    released: 'ブレーキを解除しました',
    failed: 'ブレーキは解除されませんでした',
    unknown: 'ブレーキが解除されたかどうかは不明です',
  },

  bad: {
    bad: '新しい内容は有効になっていません',
    badText:
      '内容全体が受け付けられませんでした。最後に受け付けられた、下のポリシーが引き続き有効です。',
    badNone: '内容全体が受け付けられませんでした。下のポリシーは組み込みのものです。',
    trouble: '保存場所からポリシーを読み取れません',
    troubleText: '最後に読み取った、下のポリシーが引き続き有効です。',
    troubleNone:
      'ポリシーはまだ一度も読み取られていません。下のポリシーは組み込みのもので、禁止する範囲が最も狭くなっています。',
  },

  words: {
    asks: '要求できる内容',
    automatic: '人を介さない承認',
    addresses: {
      name: 'アドレス',
      any: 'マシンに属するアドレスであれば、どれでも可。',
      some: 'すべてのアドレスが、次の範囲にあること:',
    },
    names: {
      name: 'DNS 名',
      any: 'マシンに属する名前であれば、どれでも可。',
      some: 'すべての DNS 名が、次のパターンに一致すること:',
    },
    limitClients: {
      name: 'クライアント要求',
      yes: 'この範囲外のマシンは、クライアント要求の時点で要注意になります。',
      no: 'この範囲外のマシンも参加できますが、そのサーバー要求は要個別確認になります。',
    },
    lifetime: {
      name: '有効期間',
      text: (seconds) => `要求できるのは最長 ${span(seconds)}です。`,
    },
    requestors: {
      name: 'ブートストラップの要求元',
      any: 'プラットフォームのものだけ。',
      some: 'プラットフォームのものと、次のもの:',
    },
    rebootstrap: {
      name: '再ブートストラップ',
      allowed: 'NotReady の Node は、新しいクライアント証明書を要求できます。人が確認します。',
      forbidden: '既存の Node についての要求は、Ready かどうかにかかわらず要注意になります。',
    },
    expected: {
      name: '登録予定のマシン',
      open: 'リストにないマシンが、それだけで要注意になることはありません。',
      complete: 'リストは完全です。リストにないマシンは要注意になります。',
    },
    machines: {
      name: 'Machine',
      any: 'openshift-machine-api の Machine を信頼します。Cluster API の Machine は、ここの Node の過半数が所属先として示すクラスターのものであれば信頼します。',
      some: '信頼するのは、次の namespace の Machine だけです:',
    },
    signers: {
      name: 'その他の署名者',
      any: 'その他の署名者の要求は、ここからは承認できません。',
      some: '次の署名者の要求は、1 件ずつ承認できます:',
    },
    secondPerson: {
      name: '2 人の承認',
      none: '1 人で十分です。',
      suspicious: '要注意の要求',
      controlPlane: 'コントロールプレーンのマシン',
      some: (what, within) => `${what}には、${span(within)}以内に、異なる 2 人の承認が必要です。`,
      and: 'と',
      controlPlaneOnly: 'コントロールプレーンのマシン',
    },
    rules: {
      name: '独自のルール',
      none: 'なし。',
    },
    mode: { name: 'モード' },
    accept: {
      name: 'サーバー要求',
      verified: '独立した裏付けがあるもの (確認済み) だけ。',
      plausible: '形式が正常で、矛盾する情報がないもの (未確認) も可。',
    },
    clients: {
      name: 'クライアント要求',
      yes: '裏付けのチェックに合格した場合は、クライアント要求も承認します。',
      no: '人に委ねます。',
    },
    required: {
      name: '合格が必須',
      any: '不合格のチェックがないことのほかに、必須のチェックはありません。',
      some: '次のチェックは「不明」では不十分です:',
    },
    limits: {
      name: 'ブレーキ',
      text: (perNode, perRequestor, total) =>
        `1 時間以内に、1 つのノードで ${perNode} 回、1 つの要求元で ${perRequestor} 回、全体で ${total} 回まで。その後は、人が解除するまで停止します。`,
    },
  },

  shadow: {
    title: 'このポリシーによる試行の結果',
    hint: '過去 24 時間について、このポリシーであれば自動で行われたはずのことを、実際の結果と並べて示します。ポリシーの上限は、各要求が提出時に承認されたものとして数えます。上限に達すると、残りの要求は待つものとします。その場合に人がいつブレーキを解除したかは、わからないためです。',
    filter: 'マシン、要求、実行者',
    clearFilter: '絞り込みを解除',
    show: '表示',
    table: 'このポリシーが行ったはずのこと',
    all: 'すべて',
    compared: {
      wouldApprove: '相違',
      wouldLeave: '人に委ねる',
      cannotTell: '判別不能',
      same: '同じ',
    },
    columns: {
      machine: 'マシン',
      done: '実際の結果',
      policy: 'ポリシーの場合',
    },
    fates: {
      pending: '承認待ち',
      approved: '承認',
      denied: '拒否',
      failed: '署名者側で失敗',
      deleted: '承認待ちの間に削除',
    },
    waitsSince: (when) => `(${when} から)`,
    by: {
      countersign: '{by} による',
      approver: '自動承認プログラム {by} による',
      machineApprover: 'machine-approver による',
      controllerManager: 'kube-controller-manager による',
      kubectl: 'kubectl による',
      other: 'その他による',
    },
    approve: '承認',
    approveDenied: '承認 (実際は拒否)',
    leave: '人に委ねる',
    confirmed: '判定: {verdict}',
    because: {
      decided: 'すでに承認または拒否されています',
      otherSigner: 'kubelet 用の署名者の要求ではありません',
      clients: 'クライアント要求は人に委ねられています',
      superseded: 'kubelet はより新しい要求を待っています',
      refused: '承認不可です',
      suspicious: '要注意です',
      notVerified: '独立した裏付けがありません',
      requiredUnknown: '合格が必須のチェックを実行できませんでした',
      secondPerson: '2 人の承認が必要です',
      asking: 'kubelet が提示する証明書を問い合わせています',
    },
    held: {
      node: 'ブレーキ: 1 つのノードの上限に達しています',
      requestor: 'ブレーキ: 1 つの要求元の上限に達しています',
      total: 'ブレーキ: 全体の上限に達しています',
    },
    unjudged: {
      name: '判別不能',
      notSeenPending:
        '承認待ちの間の情報が残っていません: Countersign の起動前に承認または拒否されたか、容量を空けるために破棄されました',
      heardLate: '接続が切れている間に承認または拒否されました',
      notAnswered: '承認または拒否された時点で、kubelet からの応答がまだありませんでした',
      tooLarge: '要求の内容が多すぎるため、保持できません',
    },
    others: ({ same, wouldLeave, cannotTell }) => [
      same !== 0 && `同じ結果のものは ${same} 件です。`,
      wouldLeave !== 0 && `このポリシーが人に委ねるものは ${wouldLeave} 件で、相違には数えません。`,
      cannotTell !== 0 && `判別できないものは ${cannotTell} 件です。`,
    ],
    cut: (shown, matching) =>
      `${requests(matching)}のうち、最初の ${shown} 件を表示しています。ほかの要求は、絞り込んで探してください。`,
    since: (when, isRecorded) =>
      `${when} から監視しています。${isRecorded ? '記録に保存されるため、欠けるのは Countersign の停止中に承認または拒否されたものだけです。' : 'メモリーに保持されるため、再起動すると最初からになります。'}「古い要求」と表示されるのは、承認待ちの間にそうなっていた場合だけです。`,
    none: '過去 24 時間の要求はありません',
    noneText:
      'kubelet が要求を出すと、このポリシーの場合の処理とともに、すぐにここに表示されます。',
    noneOf: {
      wouldApprove: '過去 24 時間に相違はありません',
      wouldLeave: '人に委ねられる要求はありません',
      cannotTell: '判別できない要求はありません',
      same: '同じ扱いになった要求はありません',
    },
    showAll: 'すべて表示',
    noMatch: '条件に一致する要求はありません',
    failed: 'このポリシーによる試行の結果を読み取れません',
  },

  editor: {
    title: 'ポリシーを編集',
    hint: {
      inForce:
        '有効なポリシーを編集しています。保存するまで何も変わりません。変更の影響はすぐに表示されます。',
      notInForce:
        '有効ではない内容を編集しています。保存するまで何も変わりません。変更の影響はすぐに表示されます。',
      first:
        '組み込みの内容のコピーを編集しています。保存すると有効になります。変更の影響はすぐに表示されます。',
      copy: 'コピーを編集しています。ここに書いても何も変わりません。変更の影響はすぐに表示されます。',
      builtIn:
        'コピーを編集しています。ここに書いても何も変わりません。変更の影響はすぐに表示されます。',
    },
    text: 'ポリシー (YAML)',
    effect: '変更の影響',
    checking: '過去 24 時間の要求で試しています…',
    unchanged: '保存されている内容と同じです。',
    changes: (count) => `過去 24 時間の要求のうち、${count} 件の扱いが変わります`,
    mode: (before, after) => `モードが「${before}」から「${after}」に変わります。`,
    noChanges: '過去 24 時間の要求のうち、扱いが変わるものはありません',
    cannotTell: (count) => `${requests(count)}については判別できません。`,
    nowApproved: '承認されるようになります',
    nowLeft: '人に委ねられるようになります',
    more: (count) => `ほか ${count} 件`,
    failed: '試すことができません',
    save: 'ポリシーを保存',
    saved: 'ポリシーを保存しました',
    savedText: 'ここでは有効になりました。自動承認プログラムは 2 秒ごとに確認します。',
    noPlace:
      'Countersign はポリシーの指定なしで起動されています。この内容をファイルに書き込み、`--policy <file>` を指定して起動してください。',
    outcomes: {
      forbidden: 'ポリシーを書き込む権限がありません',
      unknown: 'ポリシーが保存されたかどうかは不明です',
      error: 'ポリシーは保存されませんでした',
      refused: 'ポリシーは受け付けられませんでした',
      changed: 'その間に、別の人が別のポリシーを保存しました',
    },
  },
}
