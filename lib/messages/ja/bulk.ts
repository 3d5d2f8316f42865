import type { bulk as english } from '#lib/messages/en/bulk.ts'
import { clock } from '#lib/messages/grammar/time.ts'
import { machines, need, requests } from '#lib/messages/ja/counts.ts'
import { longSpan, span } from '#lib/messages/ja/times.ts'

const approvedOf = (approved: number, all: number) => `${requests(all)}中 ${approved} 件を承認`

/** Counts above 0, each after its word. */
function listed(counts: readonly (readonly [word: string, count: number])[]): string {
  return counts
    .filter(([, count]) => count > 0)
    .map(([word, count]) => `${word} ${count} 件`)
    .join('、')
}

export const bulk: typeof english = {
  script: {
    save: 'スクリプトとして保存',
    label:
      '変更チケット用のスクリプトとして保存: 名前を指定して承認します。実行時のチェックは行いません',
    title: (ofMachines, ofRequests, at) =>
      `Countersign の計画に基づく承認、${at}: ${machines(ofMachines)}、${requests(ofRequests)}。`,
    byName: [
      'このスクリプトは名前を指定して承認します。Countersign は各要求を承認する直前に、uid とバイト列が',
      '下記と同じであること、すべてのチェックに合格することを再度確認します。このスクリプトは確認しません。',
    ],
    leftOut: (name) =>
      `除外: 名前 ${name} に、シェルや読む人が別の文字と取り違えるおそれのある文字が含まれています。`,
  },

  preflight: {
    title: (count, offered) =>
      count > 0
        ? `${machines(count)}を承認`
        : offered > 0
          ? 'マシンを承認'
          : 'まとめて承認できるものはありません',
    description: '各要求は、承認の直前にもう一度読み取り、チェックします。',
    beyondFilter: {
      title: (outside, count) =>
        outside < count
          ? `絞り込みの範囲外も対象です: ${machines(count)}のうち ${outside} 台は表示されていません。`
          : count === 1
            ? '絞り込みの範囲外も対象です: このマシンは表示されていません。'
            : `絞り込みの範囲外も対象です: ${machines(count)}はいずれも表示されていません。`,
      text: '一部だけを承認するには、キャンセルして対象の行を選択してください。',
    },
    verified: {
      title: '確認済み',
      text: () => 'すべてのチェックに合格し、独立した情報源により各マシンを確認できています。',
    },
    plausible: {
      title: '未確認',
      text: () =>
        '問題は見つかりませんが、裏付けもありません。参加させる予定のマシンであれば選択してください。',
    },
    rebootstrapping: {
      title: '既存のノードを名乗るマシン',
      text: () =>
        '同じ名前のノードがクラスターにあり、応答が途絶えています。再インストールまたは再起動した場合は選択してください。新しい鍵に、以前からの名前が与えられます。',
    },
    byRole: {
      title: (count) => `以前に参加した${machines(count)}の計画`,
      description:
        'この順に進めます。各グループは、前のグループが Ready になってから始まります。新しい鍵には、それぞれ既存のノードの名前が与えられます。',
      shutdown: {
        title: 'この停止を把握しています。',
        text: '4 台以上、またはコントロールプレーンを承認するには、この選択が必要です。選択は記録されます。',
        needed: '「この停止を把握しています」を選択するか、先に原因を調べてください。',
      },
    },
    heldBack: {
      title: '要個別確認',
      why: {
        secondPerson: '2 人の承認が必要',
        noVerdict: '未判定',
        nothingPending: '保留中の要求はもうありません',
        gone: 'もう存在しません',
        changed: 'この画面を開いた後に変更されました',
        filedAnew: '新しい要求が出されました: この計画を開き直してください',
        notPermitted: 'この署名者に対する権限がありません',
        inRun: '別の一括承認の対象です',
      },
    },
    superseded: {
      title: (count) => `古い重複 ${count} 件も承認`,
      order: ' (各マシンの最新の要求の後、判定が悪くならなければ)',
    },
    serving: {
      title: '追跡: {minutes}',
      text: {
        verified: '各マシンのサーバー要求を、すべてのチェックに合格した時点で承認します',
        plausible: '各マシンのサーバー要求を、不合格のチェックがなければ承認します',
      },
      minutes: '追跡する時間',
      choice: (minutes) =>
        minutes > 15 ? `${minutes} 分 (各マシンの 1 時間以内)` : `${minutes} 分`,
    },
    note: {
      label: 'メモ',
      placeholder: '記録に残すメモ (変更番号など)',
      hint: 'ログと、承認される各要求の condition に残ります。',
    },
    making: '承認待ちのものを読み取っています…',
    notMade: 'Countersign が応答しませんでした。閉じてから、もう一度開いてください。',
    notRead:
      'Countersign からこの計画の情報が届かなくなりました。閉じてから、もう一度開いてください。',
    show: (count) => `${count} 件を表示`,
    hide: '隠す',
    showFewer: '表示を減らす',
    review: '内容を確認',
    more: (count) => `ほか ${count} 件`,
    client: 'クライアント',
    controlPlane: 'コントロールプレーン',
    serving_: 'サーバー',
    extra: (count) => ` +${count}`,
    sum: (count, requestCount, minutes) =>
      count === 0
        ? '何も選択されていません'
        : [machines(count), requests(requestCount), minutes === null ? [] : `${minutes} 分間追跡`]
            .flat()
            .join(' · '),
    asWhom: '実行ユーザー: {user}',
    approve: (count) => (count === 0 ? '承認' : `${count} 台を承認`),
    nothingTicked: '少なくとも 1 つのグループを選択してください。',
    noSource: '情報源なし',
    overdue: (seconds) => `期限超過 ${span(seconds)}`,
    left: clock,
  },

  staying: {
    text: (count) =>
      `古い${requests(count)}は保留中のままです。承認を待っている kubelet はありません。`,
    show: '表示',
    deny: (count) => `${count} 件を拒否…`,
  },

  run: {
    title: (count) => `${machines(count)}を承認中`,
    description:
      'サーバー上で実行されるため、この画面やタブはいつ閉じてもかまいません。状況は上部のバーに表示されます。サインアウトすると、実行は終了します。',
    pausedTitle: (count) => `一時停止中: ${machines(count)}の承認`,
    pausedDescription:
      'この画面はいつ閉じてもかまいません。実行は待機し、上部のバーに表示されます。',
    tracks: {
      clientApproved: 'クライアント承認済み',
      servingRequested: 'サーバー要求',
      servingApproved: 'サーバー承認済み',
      ready: 'Ready',
    },
    trackValue: (done, all) => `${all} 台中 ${done} 台`,
    approved: approvedOf,
    followed: (clicked, done) => `クリックで${requests(clicked)}、この実行で ${done} 件を承認`,
    rate: (perSecond) => `${perSecond < 10 ? perSecond.toFixed(1) : Math.round(perSecond)} 件/秒`,
    timeLeft: (seconds) => `残り約 ${longSpan(seconds)}`,
    waitingOnKubelets: (count) => `kubelet 待ち: ${count}`,
    heldBack: (count) => `要個別確認: ${count}`,
    notNeeded: (count) => `不要になったもの: ${count}`,
    started: (time) =>
      `${time} に {user} として開始しました。停止しても、承認済みのものは承認されたままです。`,
    pause: '一時停止',
    resume: '再開',
    stop: '停止',
    paused: {
      person: '自分で一時停止しました。',
      throttled: 'クラスターが混み合っており、待つよう求められました。',
      disconnected: 'クラスターへの接続が切れました。接続が回復すると、実行を再開します。',
      notRecorded: '記録に書き込めません。書き込めるようになると、実行を再開します。',
      forbidden: 'クラスターが承認を許可しなくなりました。実行は待機しています。',
      notRead:
        'クラスターが、必要な情報の一部の読み取りを許可しなくなりました。許可されると、実行を再開します。',
      unauthorized: 'クラスターが認証情報を受け付けませんでした。実行は自動的に再試行されます。',
      otherUser:
        '認証情報が置き換えられたため、Countersign は別のユーザーとして動作しています。開始したユーザーとして再び動作すると、実行を再開します。残りを現在のユーザーとして承認するには、この実行を停止し、新しい実行を開始してください。',
      actorUnknown:
        'Countersign がどのユーザーとして動作しているかを、API サーバーに問い合わせることができませんでした。実行は自動的に再試行されます。',
      withheld:
        '要求の照合に使う情報がすべてそろっていないか、最新ではありません。すべてそろって最新になると、実行を再開します。',
    },
    group: {
      waits: (next, notReady) =>
        `${next}: 前のグループのノード ${notReady} 台が Ready になると始まります。`,
      goOn: '先に進む',
      goOnNow: '次のグループを今すぐ始めます。',
    },
    pausedBy: '{user} が一時停止しました。',
    follows: (until) =>
      `${until} までサーバー要求を追跡します。対象は、すべてのチェックに合格したものだけです。`,
    otherUser: 'この実行を開始したユーザーとして Countersign が再び動作するまで、操作できません。',
    pausedUntil: (seconds) => `${span(seconds)}後に再開します。`,
    lines: {
      queued: '順番待ち',
      approvingClient: (done, all) =>
        all > 1 ? `クライアント要求を承認中、${all} 件中 ${done} 件` : 'クライアント要求を承認中',
      approvingServing: (done, all) =>
        all > 1 ? `サーバー要求を承認中、${all} 件中 ${done} 件` : 'サーバー要求を承認中',
      unclear: '応答を受信できなかったため、結果を読み取っています',
      waitingForSigner: '承認済み、署名待ち',
      waitingForServing: 'クライアント発行済み、サーバー要求待ち',
      askingKubelet: 'kubelet が提示する内容を問い合わせ中',
      waitingForReady: 'サーバー発行済み、Ready 待ち',
      ready: 'Ready、exec と logs を使用できます',
      heldBack: '要個別確認',
      failed: '未承認',
      left: '未着手: 着手する前に実行が終了しました',
      done: '承認済み',
      newerWaits: '承認済み、ただし新しい要求が承認待ちです',
      servingNotAsked: 'クライアント発行済み、サーバー要求はこの実行の対象外です',
      notInTime: '同意した時間内にサーバー要求がありませんでした',
      servingLeft: 'クライアント発行済み、サーバー要求の前に実行が終了しました',
    },
    todo: {
      heldBack: 'マシンのページでチェックを確認してください。',
      failed: 'マシンのページ、または別の計画で承認してください。',
      left: '別の計画で承認してください。',
      unclear: '1 分以内にクラスターから回答があります。',
      newerWaits: 'マシンのページで、新しい要求を承認してください。',
      servingNotAsked: 'マシンのページで、サーバー要求を承認してください。',
      notInTime: 'サーバー要求が届いたら、マシンのページで承認してください。',
      servingLeft: 'サーバー要求が届いたら、マシンのページで承認してください。',
    },
    outcomes: {
      changed: '表示された後に変更されました',
      gone: 'もう存在しません',
      forbidden: 'クラスターが許可しませんでした',
      refused: 'Countersign が受け付けませんでした',
      throttled: 'クラスターが混み合っていました',
      unknown: '結果はまだ不明です',
      error: '失敗しました',
      already: 'すでに承認または拒否されていました',
      denied: '拒否されました',
      proposed: '承認を提案しました。別の人の承認が必要です',
      approved: '承認しました',
    },
    list: 'この実行のマシン',
    took: clock,
  },

  finished: {
    title: (ready, all) =>
      ready === all
        ? `${machines(all)}が Ready です`
        : `${machines(all)}中 ${ready} 台が Ready です`,
    stoppedTitle: (approved, all) => `停止: ${approvedOf(approved, all)}`,
    cutOffTitle: (approved, all) => `中断: ${approvedOf(approved, all)}`,
    cutOff: (needsYou, whose) =>
      [
        '実行が終わる前に Countersign が終了しました。自動的に再開されるものはありません。',
        needsYou > 0 ? `${need(needsYou, whose)}です。` : '',
      ].join(''),
    summary: (needsYou, whose, took) =>
      [
        `所要時間は ${longSpan(took)}です。`,
        needsYou > 0 ? `${need(needsYou, whose)}です。` : '',
      ].join(''),
    others: ({ notNeeded, heldBack, failed, left, open }) =>
      listed([
        ['不要になったもの', notNeeded],
        ['要個別確認', heldBack],
        ['失敗', failed],
        ['未着手', left],
        ['回答待ち', open],
      ]),
    review: '内容を確認',
    notKept:
      '再起動後は、この実行のマシンの情報は得られません。この実行で承認または拒否されたものは、すべて「操作履歴」にあります。',
    operatorsWaiting: '待機中の Operator: {names}',
    copy: '結果をコピー',
    copied: '結果をコピーしました',
    asPage: 'ページとして開く',
    done: '完了',
  },

  spoken: {
    started: (machineCount, requestCount) =>
      `${machines(machineCount)}、${requests(requestCount)}の承認を始めました。`,
    progress: (done, all) => `${approvedOf(done, all)}しました。`,
    paused: {
      person: '一括承認は一時停止中です。',
      throttled: '一括承認は一時停止中です。クラスターが混み合っており、待つよう求められました。',
      disconnected: '一括承認は一時停止中です。クラスターへの接続が切れました。',
      notRecorded: '一括承認は一時停止中です。記録に書き込めません。',
      forbidden: '一括承認は一時停止中です。クラスターが承認を許可しなくなりました。',
      notRead:
        '一括承認は一時停止中です。クラスターが、必要な情報の一部の読み取りを許可しなくなりました。',
      unauthorized: '一括承認は一時停止中です。クラスターが認証情報を受け付けませんでした。',
      otherUser: '一括承認は一時停止中です。Countersign は別のユーザーとして動作しています。',
      actorUnknown:
        '一括承認は一時停止中です。Countersign がどのユーザーとして動作しているかを、API サーバーに問い合わせることができませんでした。自動的に再試行されます。',
      withheld:
        '一括承認は一時停止中です。要求の照合に使う情報がすべてそろっていないか、最新ではありません。',
    },
    resumed: '一括承認を再開しました。',
    finished: (done, all) => `一括承認が完了しました。${approvedOf(done, all)}しました。`,
    stopped: (done, all) => `一括承認は停止しました。${approvedOf(done, all)}しました。`,
    needYou: (names, more, whose) =>
      `${need(names.length + more, whose)}です: ${names.join('、')}${more > 0 ? `、ほか ${more} 台` : ''}。`,
    staying: (count) => `古い${requests(count)}は保留中のままです。`,
  },

  chip: {
    running: (done, all) => `承認中、${all} 件中 ${done} 件`,
    paused: (done, all) => `一時停止中、${all} 件中 ${done} 件`,
    waits: (why, done, all) => `${why}、${all} 件中 ${done} 件`,
    stopped: (done, all) => `停止、${all} 件中 ${done} 件`,
    cutOff: (done, all) => `中断、${all} 件中 ${done} 件`,
    finished: (needsYou, whose) =>
      needsYou > 0 ? `完了、${need(needsYou, whose)}` : '一括承認が完了',
    several: (count, done, all) => `実行 ${count} 件、${all} 件中 ${done} 件`,
    of: (user, text) => `${user}: ${text}`,
    open: '一括承認を開く',
  },

  cutOff: {
    title: 'Countersign の終了により、一括承認が中断されました。',
    text: (waiting, whose) =>
      `この一括承認は {time} に {user} が開始したものです。${need(waiting, whose)}のままです。自動的に再開されるものはありません。`,
    show: '対象を表示',
  },

  list: {
    title: '一括承認',
    open: '開く',
    all: 'すべての実行',
  },
}
