import type { checks as english } from '#lib/messages/en/checks.ts'
import { clusterChecks } from '#lib/messages/ja/checks-cluster.ts'
import { identityChecks } from '#lib/messages/ja/checks-identity.ts'
import { requestChecks } from '#lib/messages/ja/checks-request.ts'

export const checks: typeof english = {
  table: { ...requestChecks, ...clusterChecks, ...identityChecks },
  kinds: {
    // English shows these two as they come.
    'e-mail': 'メール',
    other: 'その他',
    group: 'グループ',
    name: '名前',
    rule: 'ルール',
    signer: '署名者',
    usage: '鍵用途',
    user: 'ユーザー',
  },
  outcomes: { pass: '合格', fail: '不合格', unknown: '不明' },
  warning: '警告',
  expected: '期待値',
  observed: '実際の値',
  heldBy: '{node} のもの',
  nothingConfirms: '形式は正常ですが、独立した裏付けがありません',
  unlisted: 'このページでは未対応の結果です: 再読み込みしてください',
}
