import type { DOCUMENT_CAUSES } from '#lib/csr/causes/document-causes.ts'
import { sentences } from '#lib/messages/grammar/sentences.ts'

export const documentCauses = sentences<typeof DOCUMENT_CAUSES>()({
  fileAbsent: 'ファイル {path} がありません。',
  fileNotAFile: '{path} はファイルではありません。',
  fileTooLarge: '{path} が {bytes} バイトを超えています。',
  fileNotText: '{path} は UTF-8 のテキストではありません。',
  fileUnreadable: '{path} を読み取れません ({code})。',
  fileNotWritten: '{path} に書き込めません ({code})。',
  fileChanged: '{path} の内容が、読み取ったときと異なります。',
  configMapAbsent: 'ConfigMap {place} が存在しません。',
  configMapWithoutKey: 'ConfigMap {place} に {key} がありません。',
  configMapBinary:
    'ConfigMap {place} の {key} は binaryData にあり、UTF-8 のテキストではありません。',
  configMapNotText: 'ConfigMap {place} の {key} はテキストではありません。',
  configMapTooLarge: 'ConfigMap {place} の {key} が {bytes} バイトを超えています。',
  configMapUnreadable: 'ConfigMap {place} を読み取れません。',
  configMapForbidden:
    'ConfigMap {place} を読み取れません。読み取りには `get` が必要ですが、このアカウントにはその権限がありません。',
  configMapChanged: 'ConfigMap {place} の {key} の内容が、読み取ったときと異なります。',
  configMapBoth:
    'ConfigMap {place} に {key} と {other} の両方があります。どちらか一方を削除してください。',
  configMapBusy: 'ConfigMap {place} の変更が続いています。',
  tooLargeToSave: '{bytes} バイトを超えています。',
  policyUnknown:
    'ポリシーをまだ読み取れていません。ポリシーが禁じていることも許可されているように見えるため、ここでの判定は有効ではありません。読み取れるまで、承認も拒否もできません。Countersign は読み取りの試行を続けます。',
  nowhereToSaveList: 'リストを保存する ConfigMap がありません。',
  nowhereToSavePolicy: 'ポリシーの保存先がありません。',
  nowhereBesidePolicy: '一緒に保存するポリシーのドキュメントがありません。',
  problemAt: '{line} 行目、{column} 列目:',
  problemAtPath: '{line} 行目、{column} 列目: {path}:',
  problemsMore: 'ほか {count} 件。',
})
