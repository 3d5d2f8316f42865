import type { board as english } from '#lib/messages/en/board.ts'
import { machines } from '#lib/messages/ja/counts.ts'
import { longSpan, span } from '#lib/messages/ja/times.ts'

export const board: typeof english = {
  title: 'マシン',

  summary: {
    label: '概要',
    needs: { mine: '承認待ち', others: 'ほかの人の承認待ち' },
    machines: (count) => `${count} 台のマシン`,
    pastTheHour: (count) => `${count} 台が 1 時間を超過`,
    nextDeadline: '次の期限',
    noneLeft: '残り時間なし',
    longestPast: (span) => `最長の超過は {name} の ${span}`,
    noDeadline: 'なし',
    whyNoDeadline: {
      heldBack: (count) => `要個別確認の ${count} 台に期限はありません`,
      noRight: () => '承認待ちのものを承認する権限がありません',
      noDeadline: () => '承認待ちのものに期限はありません',
    },
    until: { mine: '承認するまでの影響', others: '承認されるまでの影響' },
    execAndLogs: (count) => `ノード ${count} 台で \`exec\` と \`logs\` を使用できません`,
    execAndLogsFine: 'Ready のすべてのノードで `exec` と `logs` を使用できます',
    execAndLogsUnknown: (count) =>
      count === 0
        ? '`exec` と `logs` を使用できるかどうかは不明です'
        : `ノード ${count} 台で \`exec\` と \`logs\` を使用できるかどうかが不明です`,
    noneReady: 'Ready のノードはまだありません',
    operators: '待機中の Operator: {names}',
    operatorsMore: (count) => `ほか ${count} 件`,
    operatorsAlso: (count) => `利用できない Operator が ${count} 件あります`,
    operatorsAlsoTitle: '別の理由で利用できないもの',
    operatorsTitle: '利用できない Operator',
    bulk: (count) => `${count} 台を承認…`,
    bulkNone: '一括承認の対象なし',
    bulkNoneSpoken: '承認待ちのマシンに、確認済みまたは未確認のものはありません。',
    bulkHint: (verified, plausible) =>
      plausible === 0
        ? `確認済み ${verified} 台`
        : verified === 0
          ? `未確認 ${plausible} 台: 含めるには選択が必要です`
          : `確認済み ${verified} 台・未確認の ${plausible} 台は選択が必要です`,
    off: {
      notLive: '切断中は使用できません',
      notRead: '判定できるまで使用できません',
      unauthorized: 'クラスターにサインインするまで使用できません',
      withheld: '判定できるまで使用できません',
    },
    clientOnly: 'クライアント要求のみ',
    servingOnly: 'サーバー要求のみ',
    offNoPermission: '権限がありません',
    bulkRegion: '一括承認',
  },

  returning: {
    title: '以前に参加したマシン',
    table: '以前に参加したマシン',
    order: 'コントロールプレーンが先頭です。',
    silent: (since) => `${since} から応答していません。`,
    few: {
      text: (_count, since) =>
        since === null
          ? '{names} は以前に参加しています。'
          : `{names} は以前に参加しており、${since} から応答していません。`,
      advice: () =>
        '再インストールまたは再起動した場合は承認してください。そうでない場合は、先に原因を調べてください。',
      between: { others: '、', last: '、' },
      show: (count) => (count === 1 ? '表示' : `${count} 台を表示`),
    },
    note: {
      title: 'クラスターが停止していたようです。',
      text: (count, within) =>
        [
          `ノード ${count} 台が${within === null ? '' : `、${within}の間に`}報告を停止し、`,
          '現在、新しいクライアント証明書を要求しています。停止を把握している場合は、',
          count === 1 ? '' : 'コントロールプレーンから順に',
          '承認してください。把握していない場合は、先に原因を調べてください。',
          'ブートストラップトークンを持つ攻撃者も、',
          count === 1 ? 'この名前' : 'これらの名前',
          'で要求を出すことができます。',
        ].join(''),
    },
    roles: {
      controlPlane: {
        title: 'コントロールプレーン',
        why: '承認順は最初です。ほかのマシンのスケジューリングと署名に必要です。',
      },
      platform: {
        title: 'インフラとストレージ',
        why: '承認順はその次です。Ingress、イメージレジストリー、ボリュームがここで動作します。',
      },
      worker: { title: 'ワーカー', why: '承認順は最後です。' },
      silent: (silence) => `${silence}前から応答していません。`,
    },
    whatWaits: {
      title: 'これらのマシンの復帰を待っているもの',
      nodes: {
        title: 'ノード',
        text: (count) => `${count} 台が NotReady です。新しい Pod は配置されません。`,
      },
      execAndLogs: {
        title: '`exec` と `logs`',
        text: (count, all) => `ノード ${all} 台中 ${count} 台で使用できません。`,
      },
      operators: { title: 'Operator', text: '{names}' },
      machineApprover: {
        title: 'machine-approver',
        text: 'machine-approver のルールでは、Node が存在する間、これらは 1 台も承認されません。',
      },
    },
    silentSince: '応答が途絶えた時刻',
    silence: (span, within) =>
      within === null ? `${span}前` : `${span}前、すべて ${within}の間に途絶`,
    joinedBefore: (count) => `${count} 台は以前に参加済み`,
    plan: (count) => `${count} 台の計画…`,
    planHint: '未選択の状態で開き、全体を確認できます。',
  },

  toolbar: {
    filter: 'マシンを絞り込む',
    clearFilter: '絞り込みを解除',
    verdict: '判定',
    all: 'すべて',
    heldBack: '要個別確認',
    sort: '並べ替え',
    sorts: {
      deadline: '残り時間の短い順',
      name: '名前順',
      newest: '新しい順',
    },
  },

  sections: {
    waiting: { mine: '承認待ち', others: '承認権限を持つ人の承認待ち' },
    newHere: {
      title: '新しいマシン',
      hint: '同じ名前のノードがないか、あっても稼働中です。',
    },
    waitingTable: { mine: '承認待ちのマシン', others: '承認権限を持つ人の承認待ちのマシン' },
    stopped: '失敗・拒否',
    onTheirWay: '処理中',
    joined: '過去 1 時間に参加したマシン',
    others: 'その他の証明書署名要求 (CSR)',
    hints: {
      stopped: 'この要求の結果は確定しています。kubelet が別の要求を出します。',
      onTheirWay: '承認済みです。署名者または kubelet の処理を待っています。',
      others:
        'kubelet の参加によるものではありません。1 件ずつ確認するもので、一括承認の対象にはなりません。',
    },
    asOf: (time) => `${time} 時点`,
    counting: '集計中',
    reading: 'クラスターから要求を読み取っています…',
  },

  joined: {
    count: machines,
    took: (count, took) => `${count === 1 ? '所要時間' : '所要時間の中央値'} ${took}`,
    between: '、',
    fine: '`exec` と `logs` を使用できます',
    without: (count) => `${count} 台で \`exec\` と \`logs\` を使用できません`,
  },

  columns: {
    machine: 'マシン',
    role: 'ロール',
    stage: '段階',
    verdict: '判定',
    timeLeft: '残り時間',
    action: '操作',
    select: '選択',
    progress: '現在の状況',
    since: '経過時間',
    how: '経緯',
    when: '日時',
    request: '要求',
    signer: '署名者',
    requestor: '要求元',
    age: '経過時間',
  },

  row: {
    select: (name) => `${name} を選択`,
    selectAll: 'まとめて承認できるマシンをすべて選択',
    selectAllReturning: '以前に参加したマシンをすべて選択',
    cannotSelect: {
      suspicious: (name) => `${name}: 要注意のため選択できません`,
      refused: (name) => `${name}: 承認不可のため選択できません`,
      off: (name) => `${name}: 現在は承認できないため選択できません`,
    },
    noAddress: 'アドレス未取得',
    rebootstrapping: '再ブートストラップ',
    existingNode: {
      silent: '{since} から応答なし、作成から {age}',
      notReady: '{since} から NotReady、作成から {age}',
    },
    noDeadline: '期限なし',
    more: (name) => `${name} のその他の操作`,
    unnamed: '表示できるノード名がありません',
    since: (seconds) => longSpan(seconds),
    // 「に」 may follow, as in 「41 分前に提案」.
    ago: (seconds) => (seconds < 60 ? '1 分以内' : `${span(seconds)}前`),
    joined: (time, seconds) =>
      seconds === null ? `${time} に参加` : `${time} に参加、所要時間 ${longSpan(seconds)}`,
    execAndLogs: {
      available: '`exec` と `logs` を使用できます',
      unavailable: '`exec` と `logs` を使用できません',
      unknown: '`exec` と `logs` を使用できるかどうかは不明です',
    },
    approvedBy: {
      client: '{by} がクライアント要求を承認',
      serving: '{by} がサーバー要求を承認',
    },
    approved: { client: 'クライアント要求を承認済み', serving: 'サーバー要求を承認済み' },
    servingNext: '次に kubelet がサーバー要求を出します',
    serving: {
      unfollowed: {
        mine: '追跡なし: サーバー要求は手動で承認',
        others: '追跡なし: サーバー要求は承認待ちに',
      },
      perhaps: '実行中の一括承認がサーバー要求を承認する可能性があります',
      followed: (until) => `${until} まで追跡し、届いたサーバー要求を承認します`,
    },
    waitingForReady: 'Ready を待っています',
    failed: '署名者側で失敗',
    denied: '拒否済み',
    deniedBy: '{time} に {by} が拒否',
    deniedByWith: '{time} に {by} が拒否: 「{note}」',
    deniedWith: '{time} に拒否: 「{note}」',
    gone: 'クラスターにはもうありません',
  },

  verdict: {
    reading: 'チェックを読み取っています…',
    next: {
      verified: '承認のたびに、直前に再度チェックします。',
      plausible:
        '「登録予定」に追加すると確認済みになります。承認のたびに、直前に再度チェックします。',
      suspicious: '要個別確認です。対処方法は詳細ページにあります。',
      refused: '拒否はできますが、承認はできません。',
    },
    legend: {
      title: '判定の意味',
      guide: '判定の詳細 (ガイド)',
      means: {
        verified:
          '不合格のチェックがなく、マシン自身が書き込めない情報源により、このクラスターのマシンと確認できています。1 クリックで承認でき、一括承認では選択済みです。',
        plausible:
          '問題は見つかりませんが、独立した情報源による裏付けもありません。ベアメタルでは通常の状態です。1 クリックで承認できます。一括承認に含めるには選択が必要です。',
        suspicious:
          '不合格のチェックがあります。要個別確認となり、承認にはノード名の入力が必要です。',
        refused:
          '署名される内容をそのとおりに表示できないか、kubelet に認められないものを要求しています。拒否はできますが、承認はできません。',
      },
    },
  },

  others: {
    hostileName: 'kubectl がそのまま出力する特殊文字が名前に含まれています',
    review: (name) => `${name} の内容を確認`,
  },

  menu: {
    open: 'マシンを開く',
    openRequest: '要求を開く',
    approveText: (duplicates) =>
      duplicates === 0
        ? 'クライアント要求を今すぐ、サーバー要求を届いた時点で承認'
        : `クライアント要求と古い重複 ${duplicates} 件を今すぐ、サーバー要求を届いた時点で承認`,
    approveWithNote: 'メモを付けて承認…',
    deny: '拒否…',
    copyName: '名前をコピー',
  },

  selection: {
    deny: (count) => `${count} 台を拒否…`,
    approve: (count) => `${count} 台を承認…`,
  },

  empty: {
    title: {
      mine: '承認待ちのマシンはありません',
      others: '承認待ちのマシンはありません',
    },
    titleStale: {
      mine: (time) => `${time} 時点で、承認待ちのマシンはありませんでした`,
      others: (time) => `${time} 時点で、承認待ちのマシンはありませんでした`,
    },
    live: {
      noNodes: 'クラスターにはまだノードがありません。',
      fine: (count) =>
        count === 1
          ? '唯一のノードは Ready で、`exec` と `logs` を使用できます。'
          : `${count} 台のノードはすべて Ready で、いずれも \`exec\` と \`logs\` を使用できます。`,
      ready: (count) =>
        count === 1 ? '唯一のノードは Ready です。' : `${count} 台のノードはすべて Ready です。`,
      notReady: (notReady, count) =>
        `ノード ${count} 台中 ${notReady} 台が NotReady ですが、証明書を待っているものはありません。`,
      execUnavailable: (count) => `ノード ${count} 台で \`exec\` と \`logs\` を使用できません。`,
      next: '新しいマシンは、kubelet が要求を出すとすぐにここに表示されます。期限はそこから 1 時間です。',
    },
    stale: {
      noNodes: 'クラスターにはまだノードがありませんでした。',
      fine: (count) =>
        count === 1
          ? '唯一のノードは Ready で、`exec` と `logs` を使用できました。'
          : `${count} 台のノードはすべて Ready で、いずれも \`exec\` と \`logs\` を使用できました。`,
      ready: (count) =>
        count === 1
          ? '唯一のノードは Ready でした。'
          : `${count} 台のノードはすべて Ready でした。`,
      notReady: (notReady, count) =>
        `ノード ${count} 台中 ${notReady} 台が NotReady でしたが、証明書を待っているものはありませんでした。`,
      execUnavailable: (count) =>
        `ノード ${count} 台で \`exec\` と \`logs\` を使用できませんでした。`,
      next: 'その後に現れたマシンは、一覧が再びライブになるとここに表示されます。',
    },
    viewOthers: (count) => `その他の要求 ${count} 件を表示`,
    viewNodes: 'ノードを表示',
    lastJoined: '最近参加したマシン',
    noneJoined:
      '最近参加したマシンはありません。承認または拒否された要求が Kubernetes の一覧に残るのは 1〜2 時間です。',
    afterFirstRequest: (time, took) => `${time}、最初の要求から ${took}`,
    renewal: (inSpan, count) =>
      `次のサーバー証明書は ${inSpan}後に期限が切れます (ノード ${count} 台)。kubelet はその前に新しい証明書を要求し、その要求にも承認が必要です。`,
    noMatch: '絞り込みに一致するマシンはありません',
    clearFilter: '絞り込みを解除',
  },

  permission: {
    none: '要求の表示はできますが、承認と拒否はできません。',
    client: '要求の表示とクライアント要求の承認はできますが、サーバー要求の承認はできません。',
    serving: '要求の表示とサーバー要求の承認はできますが、クライアント要求の承認はできません。',
    missingApproval:
      '{user} には、`certificatesigningrequests/approval` に対する verb `update` がありません。承認または拒否は、これを持つ人が行う必要があります。',
    missingSigners:
      '{user} には、`signers.certificates.k8s.io` の {signers} に対する verb `approve` がありません。',
    stopAtClient: 'これを持つ人が承認するまで、マシンは「クライアント発行済み」で止まります。',
    stopAtStart: 'これを持つ人が承認するまで、新しいマシンは参加を始められません。',
  },

  spoken: {
    minutesLeft: (name, minutes) => `${name} の残り時間は ${minutes} 分です。`,
    overdue: (name) => `${name} が 1 時間を過ぎました。`,
    overdueMany: (count) => `${machines(count)}が 1 時間を過ぎました。`,
    newWaiting: (count) => `新しいマシン ${count} 台が承認待ちです。`,
    ready: (name) => `${name} が Ready になりました。`,
    readyMany: (count) => `${machines(count)}が Ready になりました。`,
    unselected: (name) => `${name} は要注意のため、選択から外されました。`,
    unselectedMany: (count) =>
      `${machines(count)}は安全と判断できなくなったため、選択から外されました。`,
  },
}
