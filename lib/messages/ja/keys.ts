import type { keys as english, palette as englishPalette } from '#lib/messages/en/keys.ts'
import type { Language } from '#lib/messages/grammar/language-names.ts'

export const keys: typeof english = {
  title: 'キーボード',
  description: '入力欄にフォーカスがある間、1 文字のキーは機能しません。',
  singleLetters: '1 文字のショートカット',
  singleLettersHint: 'オフの場合に使えるのは、{search}、`esc`、ブラウザー自体のキーだけです。',
  kept: 'このブラウザーに保存されます。',
  groups: {
    list: '一覧',
    decide: '承認と拒否',
    go: '移動',
  },
  does: {
    next: '次の行',
    previous: '前の行',
    select: '行を選択',
    selectRange: '範囲を選択',
    approve: 'この行の次の操作',
    bulk: 'n 台を承認…',
    deny: '拒否…',
    open: 'マシンを開く',
    filter: 'この一覧を絞り込む',
    bringIn: '変更を反映',
    palette: '検索または実行',
    help: 'キーの一覧',
    machines: 'マシン',
    requests: '要求',
    nodes: 'ノード',
    expected: '登録予定のマシン',
    policy: 'ポリシー',
    activity: '操作履歴',
    escape: '閉じる、次に選択を解除',
    primary: 'ダイアログの確定',
  },
  names: { enter: 'enter', escape: 'esc', return: '↵', shift: '⇧', command: '⌘', control: 'Ctrl' },
}

const languages: Readonly<Partial<Record<Language, string>>> = {
  en: '英語に切り替え (English)',
}

export const palette: typeof englishPalette = {
  title: '検索またはコマンドの実行',
  placeholder: 'マシン、要求、ノード、または操作',
  none: '一致するものはありません',
  results: (count) => `${count} 件の結果`,
  groups: { commands: 'コマンド', machines: 'マシン', requests: '要求', nodes: 'ノード' },
  commands: {
    bulk: '確認済みのマシンをすべて承認…',
    theme: 'ライトとダークを切り替える',
    languages,
    keys: 'キーの一覧を表示',
    machines: 'マシンに移動',
    requests: '要求に移動',
    nodes: 'ノードに移動',
    expected: '登録予定のマシンに移動',
    policy: 'ポリシーに移動',
    activity: '操作履歴に移動',
    runs: '実行に移動',
    notifications: '通知に移動',
    filterHeldBack: '要個別確認のものを表示',
  },
  hint: '`↑` `↓` 選択 · `enter` 開く · `esc` 閉じる',
}
