import type { runs as english } from '#lib/messages/en/runs.ts'
import { machines, need, requests } from '#lib/messages/ja/counts.ts'
import { longSpan } from '#lib/messages/ja/times.ts'

export const runs: typeof english = {
  title: '実行',
  reportTitle: '実行の結果',
  when: (started, ended) =>
    ended === null
      ? `クラスター {cluster}、開始: ${started}。`
      : `クラスター {cluster}、${started} から ${ended} まで。`,
  print: '印刷',
  copyAddress: 'アドレスをコピー',
  addressCopied: 'アドレスをコピーしました',
  missing: {
    title: 'この実行の結果はありません',
    text: '終了した実行の結果は、最新 50 件が保存されます。拒否には結果がありません。個々の拒否は「操作履歴」にあります。',
    back: 'すべての実行',
  },
  nav: { label: '操作履歴', decisions: '記録', runs: '実行' },
  lede: {
    region: '実行について',
    title: '1 回の実行で、多数の要求を 1 件ずつ順に承認または拒否します。',
    text: {
      mine: '承認権限があるため、ここにあるすべての実行を一時停止または停止できます。',
      others: 'ここではすべての実行を閲覧できます。一時停止と停止には、承認権限が必要です。',
    },
    forgotten: 'ここでは記録を保存していないため、再起動すると実行の情報は失われます。',
  },
  table: '実行',
  columns: {
    result: '実行',
    started: '開始',
    by: '実行者',
    took: '所要時間',
    agreed: '同意した内容',
    note: 'メモ',
    action: '操作',
  },
  what: {
    approve: (count) => `${machines(count)}を承認`,
    deny: (count) => `${requests(count)}を拒否`,
    follows: '{name} を追跡',
    joined: (ready, count) => `${count} 台中 ${ready} 台が参加`,
  },
  states: {
    running: '実行中',
    paused: '一時停止中',
    stopped: '停止',
    finished: '完了',
    cutOff: '再起動により中断',
  },
  waits: {
    person: '一時停止中',
    throttled: '待機中: クラスターが混雑',
    disconnected: '待機中: クラスターとの接続',
    notRecorded: '待機中: 記録の再開',
    forbidden: '待機中: 承認権限',
    notRead: '待機中: 読み取り権限',
    unauthorized: '待機中: 認証情報',
    otherUser: '待機中: 実行した本人',
    actorUnknown: '待機中: API サーバーの応答',
    withheld: '待機中: チェックに必要な情報',
  },
  haltedBy: {
    paused: '{user} が一時停止',
    stopped: '{user} が停止',
  },
  needsYou: need,
  progress: {
    approve: (done, all) => `${requests(all)}中 ${done} 件を承認`,
    deny: (done, all) => `${requests(all)}中 ${done} 件を拒否`,
    follows: 'サーバー要求を承認済み',
  },
  took: (seconds) => longSpan(Math.max(0, Math.round(seconds))),
  requests,
  yours: '自分の実行',
  panel: {
    label: (user, started) => `${user} の実行、${started}`,
    title: (count) => `{user} が${machines(count)}を承認中`,
    since: 'サーバーで {time} から実行しています。タブを閉じても続きます。',
  },
  agreed: {
    title: '同意した内容',
    as: '承認に使う名前',
    included: '対象',
    verified: (count) => `確認済み ${count} 台`,
    plausible: (count) => `未確認 ${count} 台`,
    rebootstrapping: (count) => `既存のノード ${count} 台`,
    superseded: '重複',
    duplicates: (count) =>
      count === null ? '対象外' : count === 0 ? 'なし' : `${count} 件 (新しい順)`,
    heldBack: '要個別確認',
    follow: '追跡する時間',
    followed: (minutes, until) =>
      minutes === null ? '追跡しない' : `${minutes} 分 (${until} まで)`,
    note: 'メモ',
    noNote: 'なし',
    duplicatesToo: '重複を含む',
    minutes: (minutes) => `${minutes} 分間追跡`,
  },
  you: {
    title: 'この実行と自分の関係',
    own: '自分が開始した実行です。ほかの人の名前で承認されるものはありません。サインアウトすると終了します。',
    mayHalt:
      'ほかの人が開始した実行です。承認権限があるため、一時停止と停止ができます。操作した人の名前は {user} に表示され、記録にも残ります。',
    name: 'この実行で、自分の名前による承認が行われることはありません。{user} がサインアウトすると停止します。',
    mayNot:
      'この実行は閲覧できますが、一時停止と停止はできません。それには `certificatesigningrequests/approval` に対する `update` が必要です。',
    tell: 'この実行に問題がある場合は、{user} か、このクラスターの承認権限を持つ人に連絡してください。',
  },
  named: (action, user, started) => `${action}: ${user} の実行、${started}`,
  open: '開く',
  report: '結果',
  notDone: '実行は変更されませんでした',
  none: '実行はまだありません',
  noneText: '一括承認、複数の要求の拒否、マシンの追跡が、始まるとすぐにここに表示されます。',
}
