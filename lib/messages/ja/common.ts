import type { common as english } from '#lib/messages/en/common.ts'
import { clock } from '#lib/messages/grammar/time.ts'
import { requests } from '#lib/messages/ja/counts.ts'
import { span } from '#lib/messages/ja/times.ts'

const PURPOSES = { client: 'クライアント要求', serving: 'サーバー要求' }

export const common: typeof english = {
  product: 'Countersign',
  close: '閉じる',
  cancel: 'キャンセル',
  copied: 'コピーしました',
  moreToasts: (count) => `ほか ${count} 件`,
  retryNow: '今すぐ再試行',
  none: '—',
  noMachine: 'マシン名なし',
  selection: {
    region: '選択',
    selected: '{count} 件を選択中',
    clear: '選択を解除',
    hidden: (count) => `(うち ${count} 件は絞り込みにより非表示)`,
  },
  rowsNotRead: { title: '一覧の行を読み取れません', text: 'Countersign の応答: {message}' },
  notSaved: 'ファイルを保存できませんでした。',
  requests,
  duplicates: (count) => `重複 ${count} 件`,

  stages: {
    clientRequested: 'クライアント要求',
    clientIssued: 'クライアント発行済み',
    servingRequested: 'サーバー要求',
    servingIssued: 'サーバー発行済み',
    ready: 'Ready',
    failed: '失敗',
    denied: '拒否済み',
    waitingForSigner: '承認済み、署名待ち',
    position: (step) => `5 段階中 ${step}: `,
  },

  verdicts: {
    verified: '確認済み',
    plausible: '未確認',
    suspicious: '要注意',
    refused: '承認不可',
    partlyJudged: '一部未判定',
  },

  deadline: {
    overdue: (seconds) => `期限超過 ${span(seconds)}`,
    left: (seconds) => clock(seconds),
  },

  actions: {
    approveClient: 'クライアントを承認',
    approveServing: 'サーバーを承認',
    review: '内容を確認',
    approving: '承認中…',
    denying: '拒否中…',
    named: (action, name) => `${name}: ${action}`,
    asks: (action) => `${action}…`,
  },

  changes: {
    bringIn: (count) => `変更 ${count} 件`,
    spoken: '一覧が変わりました。u キーを押すと変更が反映されます。',
    left: 'この一覧にはもうありません',
  },

  off: {
    notLive: '接続が回復するまで操作できません。表示内容は古い可能性があります。',
    notRead: '要求の照合に使う情報の読み取りをクラスターが許可していない間は、操作できません。',
    unauthorized: 'クラスターが認証情報を再び受け付けるまで、操作できません。',
    withheld: '要求の照合に使う情報がすべてそろい、最新になるまで、操作できません。',
    notReviewed: '許可されている操作をクラスターに確認できるまで、操作できません。',
    notRecorded: '必須に設定された記録に再び書き込めるようになるまで、操作できません。',
    notListed:
      'Countersign で承認または拒否できるのは、設定またはポリシーに記載された署名者の要求だけです。この署名者は記載されていません。',
    noApproval: {
      title: '要求を承認または拒否する権限がありません',
      spoken:
        '要求を承認または拒否する権限がありません。ロールに、certificatesigningrequests/approval に対する verb update が含まれていません。',
    },
    noSigner: {
      title: (signer) =>
        signer === 'other'
          ? 'この署名者の要求を承認する権限がありません'
          : signer === 'several'
            ? 'これらの署名者の要求を承認する権限がありません'
            : `${PURPOSES[signer]}を承認する権限がありません`,
      spoken: (signerNames) =>
        signerNames.length === 1
          ? `この要求を承認または拒否する権限がありません。ロールに、署名者 ${signerNames[0]} に対する verb approve が含まれていません。`
          : `これらの要求を承認または拒否する権限がありません。ロールに、署名者 ${signerNames.join('、')} に対する verb approve が含まれていません。`,
    },
    askAdmin:
      '次のコマンドの実行をクラスター管理者に依頼してください。不足している権限が付与されます:',
    copyCommand: 'コマンドをコピー',
    commandCopied: 'コマンドをコピーしました',
    copyRule: '不足しているルールをコピー',
    ruleCopied: 'ルールをコピーしました',
  },
}
