import type { HTTP_CAUSES } from '#lib/csr/causes/http-causes.ts'
import { sentences } from '#lib/messages/grammar/sentences.ts'

export const httpCauses = sentences<typeof HTTP_CAUSES>()({
  headerTwice: '{header} ヘッダーが 2 つあります。',
  headerUnreadable: '{header} ヘッダーを読み取れません。',
  foreignHost: 'このサーバーは、自身のアドレスへのアクセスにだけ応答します。',
  pagesElsewhere:
    'ページを開けるのは、Countersign が起動時に表示したアドレスだけです。そのアドレスを開いてください。',
  badUrl: 'このサーバーにはありえないアドレスです。',
  nothingHere: 'このアドレスには何もありません。',
  onlyMethods: '使えるのは {methods} だけです。',
  originMissing:
    'Sec-Fetch-Site も Origin もキーもありません。スクリプトでは、キーまたは "Origin: {origin}" を送信してください。',
  otherSite: '別のサイトからのリクエストです。',
  otherOrigin: '別のオリジンからのリクエストです。',
  bodyNotJsonType: '本文は application/json でなければなりません。',
  bodyLengthMissing: '本文には Content-Length が必要です。',
  bodyTooLarge: '本文が {bytes} バイトを超えています。',
  bodyTooNested: '本文の階層が {depth} 段、または値が {values} 個を超えています。',
  bodyUnwanted: '{method} に本文は付けられません。',
  tooManyKeys: '誤ったキーが多すぎます。少し待ってください。',
  tooManySignIns: '確認待ちのサインインが多すぎます。再試行してください。',
  wrongKey: 'キーが、このサーバーの起動時のものと異なります。',
  wrongToken: 'API サーバーがこのトークンを受け付けません。',
  noAccess: 'API サーバーが、要求とノードの閲覧を許可していません。',
  rightsUnknown:
    '要求とノードを閲覧できるかどうかについて、API サーバーから数分間応答がありません。応答があるまで、何も表示せず、承認も拒否も行いません。',
  readerMayWrite:
    'Countersign が読み取りに使うアカウントに、読み取り以外の権限があります ({rights})。チャートの読み取り専用ロールを付与してください。',
  readerMayAnything:
    'Countersign が読み取りに使うアカウントに対し、API サーバーが、どの API にも存在しない verb を許可しています ({right})。このアカウントのロールが `*` を許可しているか、API サーバーの Webhook などの認可機能が、未知のものを許可しています。その場合、このアカウントは任意のユーザーとしても操作できます。ロールまたは認可機能を修正してください。',
  readerUnproven:
    'Countersign 自身のアカウントの権限が読み取りだけであることを、API サーバーからまだ確認できていません。',
  impersonationRefused:
    'Countersign がユーザーに代わって操作することを、API サーバーが許可していません。これには、制約付きの権限借用 (constrained impersonation、Kubernetes 1.36)、または全員の名前を挙げたロール (legacy) が必要です。',
  notImpersonable:
    'この ID トークンのユーザーまたはグループのいずれかとして操作する権限が Countersign にないか、API サーバーが別のものとして扱いました。docs/sign-in.md を参照してください。',
  notThisWay: 'ここでは、この方法でサインインできません。',
  keyMissing: '起動キーまたはセッションを "Authorization: Bearer" で送信してください。',
  bodyBrokenOff: '本文が途中で切れました。',
  bodyNotJson: '本文が UTF-8 の JSON ではありません。',
  bodyInvalid: '本文: 「{said}」',
  bodyFieldInvalid: '{field}: 「{said}」',
  queryFieldInvalid: 'アドレスのパラメーター {field}: 「{said}」',
  tooManyWords: '一度に検索できるのは {most} 語までです。',
  searchTooLong:
    '検索に時間がかかりすぎたため、中止しました。より長い語か、より珍しい語で検索してください。',
  noSuchRequest: 'この uid の要求はありません。',
  noRecord: '記録を保存していないか、現在は読み取れません。',
  noSuchMachine: 'この名前の要求、Node、Machine はありません。',
  clusterNotRead: '現在クラスターを読み取れていないため ({state})、存在する可能性はあります。',
  clusterNotLive: 'クラスターの情報がライブではありません。',
  planGone: 'サーバーにこの計画はもうありません。閉じて、開き直してください。',
  planEmpty: 'この計画で承認できるものは、もうありません。',
  scriptTooLong:
    'スクリプトに含められる要求は {most} 件までです。選択するマシンを減らすか、古い要求を除いてください。',
  runGone: 'サーバーにこの実行はありません。',
  tooManyRuns: '進行中の実行が多すぎます。いずれかが終わるまで待つか、いずれかを停止してください。',
  ownerResumes:
    'この実行を再開できるのは {person} だけです。承認には {person} の認証情報を使います。',
  mayNotApprove: '要求の承認権限が必要です。',
  mayNotDismiss: '警報を既読にするには、要求の承認権限が必要です。',
  shutdownNotKnown:
    'これほど多くの、以前に参加していたマシン、またはコントロールプレーンのマシンをまとめて承認できるのは、この停止を把握していると明示した人だけです。',
  mayNotActOnRun: '要求の承認権限、または実行を開始したセッションが必要です。',
  noWebhook: 'Webhook が設定されていません。',
  sentJustNow: 'メッセージは先ほど送信されました。1 人が送信できるのは {seconds} 秒に 1 件です。',
  deliveryGone:
    'このメッセージはすでに配信済みか、保持している最新のメッセージよりも古いものです。',
  testWaits: '配信されていないテストがあります。そのテストを再送信してください。',
  queueFull:
    '受信側への配信を待つメッセージが多すぎます。いくつか配信された後に、もう一度送信してください。',
  notReadyYet: 'まだ準備ができていません: {why}。',
  startedOtherwise: 'サーバーが bin/countersign.ts から起動されていません。',
  tooManyStreams: 'すでに {most} 個のストリームがあります。',
  tooManyCalls:
    '処理中の呼び出し（自分または全員の）が多すぎます。同時に送信する数を減らしてください。',
  tooManyActs:
    '1 分間の操作回数（自分または全員の）が多すぎます。1 分待ってから再試行してください。',
  serverStops: 'サーバーは停止処理中です。',
  requestGivenUp: 'リクエストは中止されました。',
  serverFailed: 'エラーが発生しました。ログに {id} として記録されています。',
  serverUnreachable: 'Countersign が応答しませんでした。ブラウザーのメッセージ: 「{said}」',
  serverAnswerNotJson: '応答が JSON ではありません。',
  serverAnswered: '応答したのは Countersign ではありません: {status} {said}',
  answerBrokeOff: 'すべての結果が届く前に、接続が終了しました。',
  streamWithoutBody: '応答に本文がありません。',
  streamEnded: 'サーバーがストリームを終了しました。',
  streamMalformed: 'ストリームの内容を解釈できませんでした。',
  streamSilent: 'サーバーから何も届きませんでした。',
})
