import type { CLUSTER_CAUSES } from '#lib/csr/causes/cluster-causes.ts'
import { sentences } from '#lib/messages/grammar/sentences.ts'

export const clusterCauses = sentences<typeof CLUSTER_CAUSES>()({
  apiServerSaid: 'API サーバーのメッセージ: 「{said}」',
  apiServerAnswered: 'API サーバーの応答は {status} でした。',
  apiServerFailed: 'API サーバーがエラーを返しました。',
  apiServerStarting: 'API サーバーの準備がまだできていません。',
  apiServerRedirects: 'API サーバーがリダイレクトを返しました。リダイレクトには従いません。',
  anotherObjectAnswered: 'API サーバーが別のオブジェクトを返しました。',
  answerTooLarge: '応答が {bytes} バイトを超えています。',
  answerNotJson: '応答が JSON ではありません。',
  answerNotUnpacked: '応答を展開できません。',
  notAList: 'API サーバーの応答がリストではありません。',
  listWithoutVersion: 'リストに resourceVersion がありません。',
  tooManyObjects: '{resource} が {most} 件を超えています。',
  listRepeated:
    '{resource} のリストが終わりません。API サーバーが同じ continue トークンを 2 回返しました。',
  listEmptyPages:
    '{resource} のリストが終わりません。オブジェクトのないページが {most} 件を超えました。',
  noSuchResource: 'クラスターに {resource} がありません。',
  reviewWithoutAnswer: 'アクセスレビューに結果がありません。',
  actorUnknown:
    'Countersign が誰として動作し、何を承認または拒否できるかについて、API サーバーからまだ応答がありません。どの要求が Countersign 自身のものかを区別できないため、応答があるまで承認も拒否もできません。Countersign は問い合わせを続けます。',
  badObjectName: 'オブジェクトに使えない名前です。',
  notAnObject: 'API サーバーが返した {field} がオブジェクトではありません。',
  notText: 'API サーバーが返した {field} がテキストではありません。',
  notANumber: 'API サーバーが返した {field} が整数ではありません。',
  notAFlag: 'API サーバーが返した {field} が true でも false でもありません。',
  notAListOf: 'API サーバーが返した {field} がリストではありません。',
  notTexts: 'API サーバーが返した {field} がテキストのリストではありません。',
  watchSilent: '{server} から {seconds} 秒間応答がありません。',
  watchSaidNothing:
    'watch がイベントを {seconds} 秒間送りませんでした。届いたのは、イベントではないバイトだけです。',
  watchNotEnded: 'watch が {seconds} 秒間続きました。API サーバーに要求した時間を超えています。',
  watchLineTooLong: 'watch の 1 行が {bytes} バイトを超えています。',
  watchLineNotJson: 'watch に JSON ではない行があります。',
  watchCut: 'watch が行の途中で切れました。',
  watchClosedAtOnce: 'API サーバーが watch をすぐに閉じました。',
  watchUnknownEvent: 'watch が不明なイベントを送りました。',
  catchingUp:
    'クラスターで一度に多くの変更があったため、表示は {seconds} 秒遅れています。Countersign が追いつくと、自動で元に戻ります。',
  storeSilent:
    'API サーバー {server} が異常を報告しています (/livez)。多くの場合、etcd に接続できていません。表示は古い可能性があり、書き込みはできません。回復すると自動で再開します。',
  noAnswer: '{server} から {seconds} 秒以内に応答がありません。',
  networkRefused:
    '{server} に接続できません。接続が拒否されました。待ち受けているプログラムがありません。',
  networkNoHost: '{server} に接続できません。その名前のホストがありません。',
  networkNameServer: '{server} に接続できません。ネームサーバーが応答しません。',
  networkNotOpened: '{server} に接続できません。{seconds} 秒以内に接続を確立できませんでした。',
  networkNoRouteToHost: '{server} に接続できません。ホストへの経路がありません。',
  networkNoRoute: '{server} に接続できません。ネットワークへの経路がありません。',
  networkSilent: '{server} に接続できません。相手からの応答が途絶えました。',
  networkReset: '{server} に接続できません。接続がリセットされました。',
  networkClosed: '{server} に接続できません。接続が閉じられました。',
  networkNoTls: '{server} に接続できません。待ち受けているプログラムが TLS を使っていません。',
  networkFailed: '{server} に接続できません。接続に失敗しました。',
  networkSaid: '{server} に接続できません。システムのメッセージ: 「{said}」',
  connectionClosed: 'クラスターとのこの接続は閉じられました。',
  givenUp: '中止しました。',
  certificateExpired: '{server} の証明書は期限が切れています ({code})。何も送信していません。',
  certificateNotYetValid:
    '{server} の証明書はまだ有効期間に入っていません ({code})。時計が正しいかどうかを確認してください。何も送信していません。',
  certificateRevoked: '{server} の証明書は失効しています ({code})。何も送信していません。',
  certificateOtherHost:
    '{server} の証明書は別のホスト名のものです ({code})。何も送信していません。',
  certificateSelfSigned:
    '{server} の証明書は自己署名で、kubeconfig の CA ではありません ({code})。何も送信していません。',
  certificateOtherIssuer:
    '{server} の証明書を発行した CA は、kubeconfig の CA ではありません ({code})。何も送信していません。',
  certificateBadSignature:
    '{server} の証明書は、kubeconfig の CA が署名したものではありません ({code})。何も送信していません。',
  certificateNotTrusted: '{server} の証明書は信頼されていません ({code})。何も送信していません。',
  certificateLongChain:
    '{server} の証明書は、証明書チェーンが長すぎます ({code})。何も送信していません。',
  certificateNoCa: '{server} の証明書の発行者は CA ではありません ({code})。何も送信していません。',
  certificateNoServer:
    '{server} の証明書はサーバー用ではありません ({code})。何も送信していません。',
  noToken: '操作に使うトークンがありません。',
  emptyTokenFile: 'トークンのファイルが空です。',
  credentialFileUnreadable: '認証情報のファイル {path} を読み取れません。',
  authProviderFailed: 'kubeconfig の auth-provider から認証情報を取得できませんでした。',
  kubeconfigSessionEnded: 'kubeconfig のセッションが終了しました。再びサインインしてください。',
  pluginNotJson: '認証情報プラグイン {command} の出力が JSON ではありません。',
  pluginNoCredential: '認証情報プラグイン {command} の出力に認証情報がありません。',
  pluginMissing: '認証情報プラグイン {command} がインストールされていません。',
  pluginMissingHint:
    '認証情報プラグイン {command} がインストールされていません。kubeconfig の説明: 「{said}」',
  pluginTooSlow: '認証情報プラグイン {command} が {seconds} 秒以内に終了しませんでした。',
  pluginFailed: '認証情報プラグイン {command} が失敗しました。終了コード: {code}',
  pluginSaid: '認証情報プラグイン {command} が失敗しました: 「{said}」',
  unexpected: '予期しないエラーが発生しました: 「{said}」',
})
