import type { webhook as english } from '#lib/messages/en/webhook.ts'

export const webhook: typeof english = {
  run: {
    approve: {
      finished: '{by} の一括承認が終了しました: {total} 件中 {decided} 件を承認',
      stopped: '{by} の一括承認が停止されました: {total} 件中 {decided} 件を承認',
      cutOff:
        'Countersign の終了により、{by} の一括承認が中断されました: {total} 件中 {decided} 件を承認',
    },
    deny: {
      finished: '{by} の一括拒否が終了しました: {total} 件中 {decided} 件を拒否',
      stopped: '{by} の一括拒否が停止されました: {total} 件中 {decided} 件を拒否',
      cutOff:
        'Countersign の終了により、{by} の一括拒否が中断されました: {total} 件中 {decided} 件を拒否',
    },
  },
  test: '{by} が送信したテスト: Webhook は機能しています',
  waits: '{since} から承認待ち、1 時間の期限は {until}',
  waitsSince: '{since} から承認待ち',
  needsYou: (count) => `マシン ${count} 台に人の対応が必要です`,
  more: (count) => `ほか ${count} 件`,
  onCluster: 'クラスター {cluster}',
  open: 'Countersign を開く',
}
