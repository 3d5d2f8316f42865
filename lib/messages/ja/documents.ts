import type { documents as english } from '#lib/messages/en/documents.ts'

export const documents: typeof english = {
  failedText: 'Countersign の応答: {message}',
  said: '全文: {message}',
  line: (line) => `${line} 行目`,
  goTo: (line) => `${line} 行目に移動`,
  saving: '保存中…',
  problems: (count) => `問題 ${count} 件: このままでは受け付けられません`,
  off: {
    problems: 'すべての行を読み取れるまで保存できません。',
    checking: '内容のチェックが終わるまで保存できません。',
    unchanged: '変更はありません。',
    changedMeanwhile: '2 つの内容のどちらを残すかを選ぶまで保存できません。',
  },
  meanwhile: {
    text: '自分の変更は保存されていません。相手の内容を読み込んでやり直すか、自分の内容を残して上書き保存してください。',
    theirs: '相手の内容を読み込む',
    mine: '自分の内容を残す',
  },
  unknownText: '応答が失われました。もう一度保存する前に、保存先の現在の内容を確認してください。',
  copyManifest: 'マニフェストをコピー',
  copyText: 'テキストをコピー',
  mayNot: 'ConfigMap を書き込む権限がありません。権限を持つ人が、次のマニフェストを適用します:',
  mayNotFile: 'このファイルを書き込む権限がありません。権限を持つ人が、次のテキストを書き込みます:',
  manifest: '適用するマニフェスト',
  toForce: '有効にする手順',
  helm: {
    title:
      'Helm が管理しています。ここで保存すると、次のアップグレードで元に戻るか、アップグレードが拒否されます。',
    owned: 'ConfigMap {where} はリリース {release} のものです。',
    unnamed: 'ConfigMap {where} は Helm のリリースのものです。',
    values:
      'リリースの values の {value} を変更するか、{own} で独自の ConfigMap を指定してください。',
    elsewhere: 'そのリリースの values を変更するか、独自の ConfigMap に保存してください。',
    copy: 'values としてコピー',
  },
}
