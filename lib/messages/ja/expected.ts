import type { expected as english } from '#lib/messages/en/expected.ts'
import { machines } from '#lib/messages/ja/counts.ts'

const problems: typeof english.problems = {
  tooLarge: 'リストが {bytes} バイトを超えています。',
  tooSlow: '{seconds} 秒以内に読み取れませんでした。リストの内容に問題があるとは限りません。',
  empty:
    'マシンが 1 台も記載されていません。空のリストではなく、ファイルが途中で切れている可能性があります。',
  malformed: '読み取れません。パーサーのメッセージ: {detail}',
  tooDeep: 'マシンのリストとしては、入れ子が深すぎます。',
  fieldTwice: 'フィールド {value} が 2 回あります。',
  unread: '読み取り処理が中断しました: {detail}',
  superseded: 'このチェックの結果は、すでに不要になっています。',
  noHeader: '先頭行には列名が必要です。`name` は必須で、`addresses` と `role` は省略できます。',
  unknownColumn: '列 {value} は使えません。使えるのは `name`、`addresses`、`role` だけです。',
  columnTwice: '列 {value} が 2 回あります。',
  tooManyFields:
    '{columns} 列に対して {fields} 個のフィールドがあります。複数のアドレスは空白で区切ります。',
  wrongKind: '`{expected}` が必要です。',
  wrongShape: '{what} の値が、リストに必要な形式ではありません。',
  unknownField: 'フィールド {value} は使えません。',
  noName: '名前がありません。',
  badName: '{value} はノード名ではありません。使えるのは英小文字、数字、`-`、`.` だけです。',
  badAddress: '{value} は IP アドレスでも DNS 名でもありません。',
  badRole:
    '{value} はロールではありません。使えるのは文字、数字、句読記号だけで、63 文字までです。',
  nameTwice: '{value} は {line} 行目にもあります。',
  addressTwice: '{value} は {line} 行目の {holder} のアドレスでもあります。',
  more: '… ほか {count} 件。',
}

const notAdded: typeof english.editor.notAdded.text = {
  inBrackets:
    'マシンの追記は 1 行に 1 台ずつですが、このリストは角括弧で囲まれています。括弧の中に {entry} を書き、隣との間にコンマを入れてください。',
  noNameColumn:
    '先頭行に `name` 列がありません。その列を追加してから、{name} を 1 行で書いてください。',
}

export const expected: typeof english = {
  title: '登録予定のマシン',
  filter: '名前、アドレス、ロール',
  clearFilter: '絞り込みを解除',
  show: '表示',
  table: '登録予定のマシン',
  counts: {
    label: '登録予定のマシンの概要',
    expected: '登録予定',
    arrived: '到着済み',
    missing: '未到着',
    unexpected: 'リストにない',
    waiting: (count) => `${count} 台が承認待ち`,
    allArrived: 'すべて到着済み',
  },
  filters: {
    all: 'すべて',
    missing: '未到着',
    arrived: '到着済み',
    unexpected: 'リストにない',
  },
  columns: {
    name: '名前',
    state: 'リスト',
    stage: '段階',
    verdict: '判定',
    addresses: 'アドレス',
    role: 'ロール',
  },
  states: {
    arrived: '到着済み',
    missing: '未到着',
    unexpected: 'リストにない',
  },
  noAddresses: '名前のみ',
  shown: (shown, all) =>
    `マシン ${all} 台中 ${shown} 台を表示しています。対応が必要なものが先頭に並びます。`,
  noMatch: '条件に一致するマシンはありません',

  place: {
    memory:
      'メモリーにのみ保存されます。Countersign が停止すると失われます。ファイルまたは ConfigMap に保存するには、`--expected` を付けて起動してください。',
    file: '保存先: ファイル {where}',
    configMap: '保存先: ConfigMap {where}',
  },
  complete:
    'ポリシーは、このリストを完全なものとしています。リストにないマシンは要注意になります。',
  open: 'ポリシーは、このリストを完全なものとはしていません。リストにないマシンは未確認のままです。',
  edit: 'リストを編集',

  none: '登録予定のマシンのリストはありません',
  noneText:
    'これから追加するマシンを書いておくと、要求を出したマシンが、名前と、記載があればアドレスでリストと照合されます。一致すると確認済みになるため、ベアメタルでも、マシンから独立した情報源で確認できます。',
  write: 'リストを作成',

  trouble: 'リストを保存先から読み取れません',
  troubleText: '最後に正しく読み取れたリストが引き続き有効です。',
  troubleNone: '有効なリストはありません。',
  bad: '保存先にあるリストは受け付けられません',
  badText: '最後に正しく読み取れたリストが引き続き有効です。',
  badNone: '有効なリストはありません。',
  failed: 'リストを読み取れません',

  editor: {
    title: 'リストの編集',
    text: 'リスト',
    forms: 'CSV または YAML',
    hint: '最初の行に列名を書き、次の行から 1 行に 1 台ずつ書きます。複数のアドレスは空白で区切ります。列名のないリストも貼り付けられます。',
    openFile: 'ファイルを開く…',
    fileTooLarge: 'このファイルは、リストの上限の 1 MiB を超えています。',
    example:
      '# 例\nname,addresses,role\nworker-12.rack2.example.com,10.20.2.32,worker\nworker-13.rack2.example.com,10.20.2.33 2001:db8:2::33,\n\n# 名前だけでもよい\nworker-12.rack2.example.com\nworker-13.rack2.example.com\n',
    effect: '保存した場合の変更',
    checking: 'チェック中…',
    nothing:
      'リストを貼り付けるか、ファイルを開くか、承認待ちのマシンをすべて追加します。保存するまでは何も残りません。',
    unchanged: '有効なリストと同じです。',
    added: '追加',
    removed: '削除',
    changed: '変更',
    judgedAgain: '再判定される承認待ちのマシン',
    judgedAgainHint:
      '保存すると直ちに再判定されます。その後、人が承認します。ポリシーが許す場合は、自動承認プログラムが承認します。',
    more: (count) => `ほか ${count} 台`,
    forgets: '空のリストを保存すると、リストは破棄されます。登録予定のマシンはなくなります。',
    save: (count) => (count === 0 ? '保存' : `${machines(count)}を保存`),
    forget: 'リストを破棄',
    saved: (count) => `${machines(count)}を登録予定にしました`,
    forgotten: 'リストを破棄しました',
    notAdded: { title: '{name} は追記されませんでした', text: notAdded },
    header: {
      title: 'リストにヘッダーがありませんでした',
      added: (columns) =>
        `すべての行が列 ${columns} に当てはまるため、このヘッダーを先頭行に加えました。`,
      fits: (columns) => `すべての行が列 ${columns} に当てはまります。`,
      add: 'このヘッダーを追加',
    },
    waiting: {
      add: '承認待ちのマシンをすべて追加',
      added: (count) =>
        count === 0
          ? '承認待ちのマシンは追加されませんでした'
          : `承認待ちの${machines(count)}を下書きに追加しました`,
      claim:
        'これらの名前は、要求が自ら名乗っているものです。自分が管理するマシンだけを残してください。保存すると、リストは各マシンのクライアント要求の裏付けになり、ポリシーによっては自動承認プログラムが承認できるようになります。',
      heldBack: (count) =>
        `承認待ちの${machines(count)}を除外しました。要求が要注意または承認不可のためです。`,
      none: '下書きにない承認待ちのマシンはありません',
      failed: '承認待ちのマシンを読み取れませんでした',
    },
    outcomes: {
      changed: '編集中に、別の人が別のリストを保存しました',
      forbidden: 'リストを書き込む権限がありません',
      unknown: 'リストが保存されたかどうかは不明です',
      error: 'リストは保存されませんでした',
      refused: 'リストは受け付けられませんでした',
    },
  },

  problems,
}
