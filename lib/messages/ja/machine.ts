import type { machine as english } from '#lib/messages/en/machine.ts'
import { requests } from '#lib/messages/ja/counts.ts'
import { longSpan, span } from '#lib/messages/ja/times.ts'

const more = (how: 'atOnce' | 'asked') => (how === 'asked' ? '…' : '')

const ASKED = { client: 'クライアント要求を', serving: 'サーバー要求を', other: '' } as const

const folded = (passed: number, unknown: number) =>
  unknown === 0 ? `合格 ${passed} 件` : `合格 ${passed} 件、不明 ${unknown} 件`

export const machine: typeof english = {
  crumb: 'マシン',
  openMachine: 'マシンを開く',
  otherRequests: 'その他の要求',
  breadcrumb: 'パンくずリスト',
  copyName: '名前をコピー',
  noAddress: 'アドレス未取得',
  loading: '詳細を読み取っています…',
  execAndLogs: {
    available: 'exec と logs を使用可能',
    unavailable: 'exec と logs を使用不可',
    unknown: 'exec と logs の状態は不明',
  },
  gone: {
    state: '現在は存在しません',
    text: {
      nodeDeleted: (time) => `この名前の要求も Node もありません。Node の削除: ${time}`,
      decided: (time) => `この名前の要求も Node もありません。最後の承認または拒否: ${time}`,
      filed: (time) => `この名前の要求も Node もありません。最後の要求の提出: ${time}`,
    },
    search: '記録を検索',
    certificatesStay:
      '証明書はこの期限まで有効です。Kubernetes には、証明書を失効させる手段がありません。この名前の Node がないと、クライアント証明書でできることはほとんどありませんが、Node を登録することはまだできます。',
    alike: '別のマシンを探している場合',
    waits: '承認待ち',
  },

  decisions: {
    title: '承認または拒否されたときの判定',
    titleGone: 'このマシンについてわかっていること',
    aside: '記録の内容です。現在の判定ではありません。',
    noRecord: '記録を保存していないため、当時の判定は不明です。',
    open: '記録を表示',
    table: 'このマシンの承認と拒否',
    columns: { when: '日時', what: '内容', verdict: '当時の判定', by: '実行者' },
    undecided: '提出済み、承認も拒否もなし',
    filed: '要求を提出',
    nodeDeleted: 'Node を削除',
    seenHere: 'ここで検出',
    seenHereText: '削除した人は監査ログに記録',
  },

  certificates: {
    title: '証明書',
    client: 'クライアント証明書の期限',
    serving: 'サーバー証明書の期限',
  },

  missing: {
    title: 'この名前のマシンはありません',
    text: '{name} の要求、Node、Machine オブジェクトはいずれもありません。Kubernetes は、承認または拒否された要求を 1 時間後に、保留中の要求を 24 時間後に削除します。',
    unread:
      '{name} の要求はありません。Node と Machine オブジェクトは、読み取れないものがあるため、有無がわかりません。',
    back: 'マシンの一覧に戻る',
  },
  missingRequest: {
    title: 'この要求はもうありません',
    text: '誰かが削除したか、Kubernetes が削除しました。Kubernetes は、承認または拒否された要求を 1 時間後に、保留中の要求を 24 時間後に削除します。',
    back: '要求の一覧に戻る',
  },
  failed: { title: '詳細を読み取れませんでした', retry: '再試行' },

  notes: {
    forOthers: '承認権限を持つ人向け',
  },

  time: {
    label: '時間と段階',
    leftOfTheHour: '1 時間の期限まで',
    pastTheHour: '1 時間の期限を超過',
    firstRequestToJoined: '最初の要求から参加まで',
    since: 'この段階での経過時間',
    noClock: '待っているものはありません',
    lastQuarter: '残り 15 分以内',
    duplicates: (count) => `重複 ${count} 件`,
    hourEnds: (time) => `1 時間の期限は ${time} です。`,
    hourEnded: (time) => `1 時間の期限は ${time} でした。`,
    nextDuplicate: (clock) => `次の重複まで約 ${clock} です。`,
    duplicateDue: 'まもなく次の重複が出されます。',
    denyLosesNothing: '拒否しても失われるものはありません。本物の kubelet は要求を出し直します。',
    joined: (time) => `${time} に参加しました。`,
    startsAgain: 'kubelet が次の要求を出すと、1 時間が最初から始まります。',
    minutes: (count) => `+${count}`,
    minutesUnit: '分',
  },

  steps: {
    stagesLabel: '段階',
    all: (count) => `全 ${count} 段階`,
    fewer: '現在の段階だけを表示',
    newest: (at, newest) => `${at}、最新 ${newest}`,
    requests: (count, superseded) =>
      superseded > 0 ? `${requests(count)}、うち古い要求 ${superseded} 件` : requests(count),
    after: (at, seconds) => `${at}、${longSpan(seconds)}後`,
    approvedBy: '{by} が承認',
    needs: {
      approval: { mine: '承認が必要です', others: '承認権限を持つ人の承認が必要です' },
      secondApproval: 'もう一度承認が必要です',
      sameApproval: (minutes) => `同じ承認操作に含まれます (${minutes} 分間追跡)`,
      followed: (time) => `同じ承認操作に含まれます (${time} まで追跡)`,
      signer: '承認済み、署名待ち',
      newRequest: 'kubelet が要求を出し直すまで、承認するものはありません',
      notFromHere: '承認不可: ここでは承認できません',
    },
    kubeletFiles: 'クライアント証明書の発行後に、kubelet が要求を出します',
    heldBack: (count) => `不合格のチェック ${count} 件`,
    readyMeans: 'Node が Ready で、exec と logs を使用可能',
    execAndLogsWork: 'exec と logs を使用可能',
    notReadySince: (since) => `${since} から NotReady`,
    failedAtSigner: '署名者側で失敗',
    denied: '拒否済み',
  },

  checks: {
    title: 'チェック',
    tally: (pass, fail, unknown) =>
      [
        `合格 ${pass} 件`,
        fail > 0 ? `不合格 ${fail} 件` : '',
        unknown > 0 ? `不明 ${unknown} 件` : '',
      ]
        .filter(Boolean)
        .join('、'),
    addExpected: '登録予定のマシンに追加…',
    viewDecoded: 'デコードした要求を表示',
    show: (passed, unknown) =>
      `${folded(passed, unknown)}${unknown > 0 ? '' : 'とすべての説明文'}を表示`,
    hide: (passed, unknown) => `${folded(passed, unknown)}を隠す`,
  },

  decoded: {
    title: 'デコードした要求 {name}',
    heading: 'デコードした要求',
    description: '要求された内容と、要求についてわかっていること',
    claimed: { title: '要求の内容', text: '要求を出した側の申告' },
    stamped: { title: '要求元', text: 'API サーバーが付けた情報' },
    since: {
      title: 'その後',
      text: '承認または拒否した側と、署名者が書いた情報',
    },
    unfaithful: 'この要求は正確に表示できません。判明した点:',
    nothing: '証明書の要求として読み取れるものがありません。',
    commonName: 'CN',
    organization: '組織 (O)',
    otherAttributes: 'その他の属性',
    dnsNames: 'DNS 名',
    ipAddresses: 'IP アドレス',
    otherNames: 'その他の名前',
    extensions: '拡張',
    key: '公開鍵',
    signature: '署名',
    signatureValid: '有効',
    signatureInvalid: '検証に失敗',
    usages: '鍵用途',
    requestor: '要求元',
    groups: 'グループ',
    fingerprint: 'フィンガープリント',
    uid: 'UID',
    deletion: '削除',
    deletionAt: (time) =>
      `承認も拒否もされなければ、${time} を過ぎてまもなくクラスターが削除します`,
    pem: 'PEM',
    copyPem: 'PEM をコピー',
    certificate: '証明書',
    certificateValidity: (from, to) => `${from} から ${to} まで`,
    issuer: '発行者',
    serialNumber: 'シリアル番号',
    conditions: 'condition',
    none: 'なし',
  },

  requests: {
    title: '要求',
    superseded: (count) => `古い要求 ${count} 件`,
    table: 'このマシンの要求',
    supersededTag: '古い要求',
    scroll: 'スクロールできる表',
    unlisted: (shown, older) =>
      `表示しているのは最新の ${shown} 件です。ここで承認、拒否、コピーできるのは、この ${shown} 件だけです。それより古い ${older} 件は、すべての要求のページにあります。`,
  },

  commands: {
    title: 'ターミナルでの同じ操作',
    approve: (what) => `${what}を承認 (最新のものから順に)`,
    approveSuperseded: (what) => `古い${what}をすべて承認`,
    denyAll: (what) => `保留中の${what}をすべて拒否`,
    denyHeldBack: (what) => `不合格のチェックがある${what}をすべて拒否`,
    denySuperseded: (what) => `古い${what}をすべて拒否`,
    describeThis: 'この要求を表示',
    approveThis: 'この要求を承認',
    denyThis: 'この要求を拒否',
    getNode: 'Node を表示',
    watchNode: 'Node の登録を監視',
    kinds: { client: 'クライアント要求', serving: 'サーバー要求' },
    copy: (label) => `コピー: ${label}`,
  },

  node: {
    title: 'Node',
    view: 'ノードを表示',
    none: 'この名前の Node はまだありません。kubelet がクライアント証明書を使って登録します。',
    unreadable: '現在の権限では Node を読み取れません。',
    ready: 'Ready',
    since: (time) => `${time} から`,
    moreAddresses: 'その他のアドレス',
    notRead: 'ここで読み取るもののほかにもアドレスがあります',
    kubelet: 'kubelet',
    servingCert: 'サーバー証明書',
    noneValid: '有効な証明書なし',
    certUnknown: '不明',
    certExpires: (seconds) =>
      seconds < 0 ? `${span(-seconds)}前に期限切れ` : `${span(seconds)}後に期限切れ`,
    kubeletAsked: 'kubelet への問い合わせ',
    kubeletAnswers: {
      presented: 'このクラスターの証明書を提示しました。',
      noAddress: '問い合わせていません。Node に InternalIP がありません。',
      otherPort: '問い合わせていません。Node に記載されたポートには問い合わせません。',
      barredAddress: '問い合わせていません。Node のアドレスには問い合わせません。',
      unreachable: 'ここからポートに接続できませんでした。',
      notTls: 'ポートは TLS を使わずに応答しました。',
      noCertificate: 'まだ証明書がないと応答しました。',
      selfSigned: '自己署名証明書を提示しました。',
      unknownCa: '不明な CA の証明書を提示しました。',
      expired: '期限切れの証明書を提示しました。',
      notYetValid: 'まだ有効になっていない証明書を提示しました。',
      unreadable: '厳密には読み取れない証明書を提示しました。',
      noCa: '応答しましたが、証明書の検証に使う CA がわかりません。',
    },
    available: '使用可能',
    unavailable: '使用不可',
    unknown: '不明',
    taints: 'Taint',
    unschedulable: 'SchedulingDisabled',
  },

  object: {
    title: 'Machine',
    none: 'このクラスターに、このノードを示す Machine オブジェクトはありません',
    absent: 'このクラスターには Machine オブジェクトがありません',
    unreadable: '現在の権限では Machine オブジェクトを読み取れません',
    partly:
      '読み取れる Machine オブジェクトに、このノードを示すものはありません。読み取れないものもあります',
    label: 'オブジェクト名',
    namespace: 'namespace',
    api: 'API',
    phase: 'フェーズ',
    created: '作成日時',
    nodeRef: 'ノードの参照',
    addresses: 'アドレス',
    none_: 'なし',
  },

  activity: {
    title: '操作履歴',
    all: 'すべて',
    ofMachine: 'このマシンのすべての操作履歴',
    requestFiled: {
      client: 'クライアント要求 {name} の提出',
      serving: 'サーバー要求 {name} の提出',
      other: '要求 {name} の提出',
    },
    requestApproved: '{name} の承認',
    requestApprovedBy: '{by} が {name} を承認',
    requestDenied: '{name} の拒否',
    requestDeniedBy: '{by} が {name} を拒否',
    requestFailed: '{name} が署名者側で失敗',
    note: '「{note}」',
    certificateIssued: {
      client: '{name} のクライアント証明書を発行',
      serving: '{name} のサーバー証明書を発行',
      other: '{name} の証明書を発行',
    },
    machineCreated: 'Machine オブジェクト {name} の作成',
    nodeCreated: 'Node の登録',
    nodeReady: 'Node が Ready に移行',
    nodeNotReady: 'Node が NotReady に移行',
  },

  actions: {
    approve: (how) => `{name} を承認${more(how)}`,
    clientOnly: {
      title: 'クライアント要求だけを承認',
      text: 'その後のサーバー要求は承認待ちになります',
    },
    withNote: { title: 'メモを付けて承認…', text: '変更番号などを記録に残します' },
    withoutDuplicates: {
      title: (count) => `古い重複 ${count} 件を除いて承認`,
      text: '除いた重複は、クラスターが削除するまで保留中のままです',
    },
    approveAlthough: {
      title: '不合格のチェックがあっても承認…',
      text: 'ノード名の入力が必要です。記録に残り、警報が発生します',
    },
    approveSuperseded: (how) => `古い要求を承認${more(how)}`,
    deny: (what) => `${ASKED[what]}拒否…`,
    denySuperseded: '古い要求を拒否…',
    denyText: {
      again: 'kubelet は数秒以内に要求を出し直します',
      hourAgain: 'kubelet は数秒以内に要求を出し直し、1 時間が最初から始まります',
    },
    more: 'そのほかの承認と拒否の方法',
  },

  followed: (time) =>
    `{user} が承認しました。サーバー要求を ${time} まで追跡し、チェックに合格すれば承認します。`,
}
