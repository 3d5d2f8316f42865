import type { recorded as english } from '#lib/messages/en/recorded.ts'

export const recorded: typeof english = {
  title: '記録された内容',
  seen: '初めて検出 (要求元: {requestor})',
  seenDecided: '初めて検出 (要求元: {requestor}、すでに承認または拒否済み)',
  attempts: { approve: '{who} が承認を指示', deny: '{who} が拒否を指示' },
  noOutcome: '結果は記録されていません',
  auditId: 'Audit-Id',
  dismissed: '警報を既読に変更',
  dismissedBy: '{who} が警報を既読に変更',
  checks: '最初に検出したときのチェック',
  request: '最初に検出したときの要求',
  more: '記録にはこのほかの項目もあります。記録全体のエクスポートには、すべて含まれます。',
}
