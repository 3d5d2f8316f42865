import type { hold as english } from '#lib/messages/en/hold.ts'
import type { HoldCatalogue } from '#lib/messages/grammar/hold-words.ts'

const relief =
  '管理対象のマシンの要求を、重複した古い要求も含めて承認します。承認した要求は 30 秒後に数えられなくなりますが、拒否した要求は数えられ続けます。1 時間を過ぎると、どの要求も数えられません。'

const beside = {
  machineApprover:
    'OpenShift の machine-approver は Countersign のチェックをどれも行わないため、それでも承認する場合があります。',
}

/** Begins with a Latin letter: a blank precedes it, unless it follows a punctuation mark. */
const lookAgain =
  'machine-approver に再確認させます。すべての要求を再確認させるには machine-approver を再起動し、この要求だけなら要求にアノテーションを付けます。'

/** Each `because` is a predicate: it ends a sentence, and it can follow a colon. */
const table: HoldCatalogue = {
  admin: {
    approvedSuperseded: {
      short: '古い要求が承認されました: 最新の要求は承認待ちです',
      title: '最新の要求が出された後に、古い要求が承認されました。',
      text: '発行された証明書は、kubelet がもう保持していない鍵に対するものです。そのため、kubelet は今も最新の要求の証明書を待っています。',
    },
    clientFirst: {
      short: 'クライアント要求が先です',
      title: 'クライアント要求とサーバー要求が承認待ちです。',
      text: 'クライアント証明書がなければ、kubelet は API サーバーに接続できません。そのため、サーバー証明書だけでは役に立ちません。',
      todo: '先にクライアント要求を承認します。その後、kubelet がサーバー要求を出し直す場合があります。',
    },
    approverLeaves: {
      short: null,
      title: '自動承認プログラムは承認せず、人の判断に委ねます。',
      text: '{because}',
      because: {
        clients: {
          because:
            'ポリシーでクライアント要求の自動承認が許可されるのは、`clients: true` の場合だけです。',
        },
        secondPerson: {
          because:
            'ポリシーは、この要求に 2 人の承認を求めています。自動承認プログラムは、そのどちらにもなれません。',
        },
        notVerified: {
          because:
            'ポリシーにより、自動承認されるのは、要求以外の情報源で裏付けられたものだけです。',
        },
        requiredUnknown: {
          because:
            'ポリシーは {check} の合格を必須としていますが、このチェックを実行できませんでした。',
        },
      },
    },
    approverStopped: {
      short: '自動承認プログラム: {because}',
      title: '自動承認プログラムの承認対象ですが、プログラムは{because}。',
      text: '自動承認プログラムは、1 時間以内にポリシーで許可された件数まで承認しました。人が状況を確認し、ブレーキを解除する必要があります。時間が経過するだけでは解除されません。',
      todo: '要求が多かった原因を調べてから、「ポリシー」ページでブレーキを解除します。その間も、この要求はここで承認できます。',
      because: {
        paused: {
          because: '停止されています',
          text: '自動承認が停止されているため、何も承認しません。',
          todo: 'ここで承認するか、「ポリシー」ページで自動承認を再開します。',
        },
        barred: {
          because: '名前だけに基づく承認を禁じられています',
          text: '登録予定のマシンのリストにアドレスがなく、ポリシーに `allowedNames` もないため、何も承認しません。',
          todo: 'ここで承認します。また、ポリシーに `allowedNames` を追加するか、リストにアドレスを追加します。',
        },
        leaderless: {
          because: '動作していません',
          text: '有効期間を過ぎても、どのプロセスも Lease を更新していません。',
          todo: '動作しているかどうかと、ログの内容を確認します。その間も、この要求はここで承認できます。',
        },
        total: { because: 'ブレーキで停止しています' },
        requestor: { because: 'この要求元についてブレーキで停止しています' },
        node: { because: 'このノードについてブレーキで停止しています' },
        shadow: {
          because: '監視だけを行っています',
          text: 'ポリシーに `mode: shadow` と指定されています。',
          todo: 'ここで承認します。自動承認に任せるときは、`mode: act` を保存します。',
        },
      },
    },
    machineApproverBrake: {
      short: 'machine-approver: ブレーキが作動しています',
      title: 'Countersign が確認できる範囲では、machine-approver のブレーキが作動しています。',
      text: 'OpenShift 4.16 以降と同じ方法で数えると、待っているノードの要求が、マシンの数から説明できる件数を超えています。ブレーキの作動中、machine-approver は何も承認しません。',
      todo: `ここで承認します。ブレーキが解除されたら、${lookAgain}`,
    },
    machineApproverRequestor: {
      short: 'machine-approver: この要求元には応答しません',
      title: 'machine-approver は、この要求元には応答しません。',
      text: '応答の対象は、OpenShift の node-bootstrapper からのクライアント要求 (グループも完全に一致するもの) と、ノードからのサーバー要求です。',
      todo: '管理対象のマシンであれば、ここで承認します。',
    },
    machineApproverOff: {
      short: 'machine-approver: クライアント要求の承認がオフです',
      title:
        'Countersign が確認できる範囲では、machine-approver はクライアント要求を処理しません。',
      text: 'ConfigMap に `nodeClientCert.disabled: true` と指定されています。machine-approver は ConfigMap を起動時に読み込みます。',
      todo: 'ここで承認するか、この指定をやめて machine-approver を再起動します。',
    },
    machineApproverRule: {
      short: 'machine-approver: {because}',
      title: 'この要求は machine-approver のルールに反しています: {because}。',
      todo: `管理対象のマシンであれば、ここで承認します。または、この問題を解消してから、${lookAgain}`,
      because: {
        nodeExists: {
          because: 'Node が存在します',
          text: '同じ名前の Node が存在する間は、クライアント要求を承認しません。長期間停止した後などに起こります。',
        },
        noMachine: {
          because: '一致する Machine がありません',
          text: 'クライアント要求は、InternalDNS がノード名である Machine に基づいて承認します。サーバー要求は、nodeRef がそのノードである Machine、または kubelet がすでに提示している証明書に基づいて承認します。読み取るのは `machine.openshift.io` の Machine で、Cluster API の Machine は読み取りません。',
        },
        hasNodeRef: {
          because: '対応する Machine にはすでにノードがあります',
          text: 'Machine に nodeRef がある間は、クライアント要求を承認しません。',
        },
        outsideWindow: {
          because: '対象となる 2 時間の範囲外です',
          text: '承認するのは、対応する Machine が作成される 10 秒前から、作成の 2 時間後までのクライアント要求です。',
        },
        lacksSan: {
          because: '対応する Machine にないアドレスがあります',
          text: 'サーバー要求を承認するのは、すべての名前とアドレスが Machine の status に同じ表記で含まれている場合か、kubelet がすでに同じ内容を提示している場合です。',
        },
      },
    },
    machineApproverSilent: {
      short: 'machine-approver: {because}',
      title: 'machine-approver は{because}。',
      todo: `ここで承認するか、${lookAgain}`,
      because: {
        quiet: {
          because: '直近の 1 分間、何も承認していません',
          text: 'この要求はそれより長く待っています。Countersign が確認できる範囲では、machine-approver のルールに反する点はありません。',
        },
        unavailable: {
          because: '利用できない状態です',
          text: 'ClusterOperator のメッセージ: {message}',
        },
      },
    },
    machineApproverUnseen: {
      short: null,
      title: 'machine-approver がこの要求を承認するかどうかは、ここからは確認できません。',
      todo: '管理対象のマシンであれば、ここで承認します。',
      because: {
        presence: {
          because: '',
          text: 'machine-approver が動作しているかどうかは ClusterOperator に示されますが、Countersign はこれを読み取れません。',
        },
        machines: { because: '', text: 'Countersign には読み取れない Machine があります。' },
        twins: {
          because: '',
          text: '複数の Machine が一致しています。ある Machine によればルールに反し、別の Machine によれば反しません。',
        },
        nodes: { because: '', text: 'Countersign は Node を読み取れません。' },
        kubelet: {
          because: '',
          text: '要求された内容のすべてを持つ Machine はありません。machine-approver は kubelet がすでに提示しているものも承認しますが、Countersign は machine-approver と同じ方法ではこれを確認していません。',
        },
        config: {
          because: '',
          text: 'machine-approver は、起動時に ConfigMap `machine-approver-config` を読み込みます。Countersign は、この ConfigMap または machine-approver の起動時刻を読み取れません。',
        },
        configChanged: {
          because: '',
          text: 'machine-approver は ConfigMap を起動時に読み込みますが、起動後に ConfigMap が変更されました。',
          todo: 'ここで承認するか、machine-approver を再起動します。再起動後は、現在の ConfigMap に従います。',
        },
      },
    },
  },

  machineApprover: {
    backlog: {
      short: 'machine-approver: ほかの要求を処理しています',
      title: 'machine-approver は、たまっている要求を処理しています。',
      text: '直近の 1 分間に別の要求を承認しました。Countersign が確認できる範囲では、この要求に machine-approver のルールに反する点はありません。',
      todo: 'その間も、ここで承認できます。',
    },
    handles: {
      short: 'machine-approver: 処理の対象です',
      title: 'Countersign が確認できる範囲では、machine-approver が処理する要求です。',
      text: 'Countersign が確認できる範囲では、この要求に machine-approver のルールに反する点はありません。',
      todo: 'その間も、ここで承認できます。',
    },
  },

  approver: {
    silent: {
      short: '自動承認プログラム: すでに承認しているはずです',
      title: '自動承認プログラムがすでに承認しているはずですが、まだ承認していません。',
      text: 'ポリシーには承認を妨げるものがなく、要求が出されてから 1 分を過ぎています。自動承認プログラムは自らの権限で情報を読み取り、kubelet にも自ら問い合わせるため、このページより確認できる範囲が狭い場合があります。',
      todo: '自動承認プログラムのログと Event を確認します。その間も、ここで承認できます。',
    },
    deciding: {
      short: '自動承認プログラム: まもなく承認します',
      title: '自動承認プログラムがまもなく承認するはずです。',
      text: 'ポリシーには承認を妨げるものがありません。承認には数秒かかります。',
    },
  },

  signer: {
    silent: {
      short: 'kube-controller-manager が応答していません',
      title: '承認済みですが、1 分を過ぎても発行されていません。',
      text: '署名者が応答していません。この証明書を発行するのは kube-controller-manager で、速度は毎秒約 20 件です。',
      todo: 'kube-controller-manager が動作しているかどうかと、ログの内容を確認します。',
    },
    issuing: {
      short: '署名者がまだ発行していません',
      title: '承認済みです。署名者が証明書を発行しています。',
      text: '発行には数秒かかります。多数の要求を一度に承認した場合は、さらに時間がかかります。',
    },
  },

  kubelet: {
    denied: {
      short: 'kubelet が別の要求を出します',
      title: '要求は拒否されました。',
      text: 'この要求の拒否は取り消せません。kubelet は通常、数秒以内に別の要求を出します。新しい要求は、1 時間から 2 時間は Countersign で要注意と判定されます。{beside}',
    },
    failed: {
      short: '署名者のメッセージ: {message}',
      title: '署名者は証明書を発行できませんでした。',
      text: '署名者のメッセージ: {message}',
      todo: 'この要求の結果は確定しています。kubelet が別の要求を出します。要求された内容を確認します。',
    },
    silent: {
      short: '{because}: kubelet が停滞している可能性があります',
      title: '{because}。',
      todo: 'マシン上の kubelet のログと、API サーバーまでの経路 (DNS、ロードバランサー、ファイアウォール、時計) を確認します。',
      because: {
        noNode: {
          because: 'Node がまだありません',
          text: 'マシンには証明書がありますが、kubelet が Node を登録していません。考えられる原因は、kubelet が API サーバーに接続できない、kubelet がすでに動作していない、誰かが Node を削除した、のいずれかです。',
        },
        noServing: {
          because: '2 分間、サーバー要求がありません',
          text: 'クライアント証明書は発行済みです。考えられる原因は、kubelet が API サーバーに接続できない、証明書に含めるアドレスがない、独自の証明書を使っている (`serverTLSBootstrap` が無効)、のいずれかです。',
        },
        noStatus: {
          because: 'Node が Ready かどうかの情報がありません',
          text: 'Node は登録済みですが、Ready の condition からは何もわかりません。',
        },
      },
    },
    noAddress: {
      short: 'サーバー要求なし: Node にアドレスがありません',
      title: 'Node にアドレスがないため、サーバー要求がありません。',
      text: 'kubelet は、証明書に含めるアドレスがわかってから、サーバー証明書を要求します。',
      todo: 'マシンにアドレスがあるかどうかを確認します。クラウドプロバイダーを使っている場合は、それが動作しているかどうかも確認します。',
    },
    servingNext: {
      short: '通常はクライアント証明書から 30 秒以内',
      title: '次に kubelet がサーバー要求を出します。',
      text: '通常は、クライアント証明書から 30 秒以内です。',
    },
    notReady: {
      short: 'NotReady: {reason}',
      title: '証明書はそろっていますが、Node は NotReady です: {reason}。',
      text: 'これはもう証明書の問題ではありません。新しいマシンは、ネットワークプラグインを待っていることがよくあります。',
      todo: 'Node の condition を確認します。',
    },
    notRequested: {
      short: 'マシンはまだ証明書を要求していません',
      title: 'マシンはまだ証明書を要求していません。',
      text: 'このマシンを示す Machine オブジェクトはありますが、要求が届いていません。マシンはインストール中か、API サーバーに接続できない状態です。',
      todo: 'マシンが起動しているかどうか、どこまで進んだかを確認します。',
    },
  },
}

export const hold: typeof english = {
  table,
  title: '待っている理由',
  also: 'そのほかの情報',
  todo: { mine: '対処', others: '承認権限を持つ人ができる対処' },
  partlyJudged: {
    title: '現在、すべてをチェックすることができません。',
    text: '承認を妨げる可能性のある情報を読み取れなくなっています。再び読み取れるまで、ここでは承認も拒否もできません。',
  },
  beside,
  holders: {
    admin: '自分の対応待ち',
    otherAdmin: '承認権限を持つ人の対応待ち',
    machineApprover: 'machine-approver の対応待ち',
    approver: '自動承認プログラムの対応待ち',
    signer: '署名者の対応待ち',
    kubelet: 'kubelet の対応待ち',
  },
  unlisted: 'このページでは表示できない理由です: 再読み込みしてください',

  commands: {
    approverOperator: 'machine-approver の状態を表示',
    approverLog: 'machine-approver のログを表示',
    approverConfig: 'machine-approver の設定を表示',
    approverRestart: 'machine-approver を再起動',
    annotate: 'machine-approver にこの要求を再確認させる',
    machines: 'Machine とそのノードを表示',
    signerPods: 'kube-controller-manager の状態を表示',
    describe: '要求を表示',
    describeNode: 'Node を表示',
    kubeletLog: 'kubelet のログを表示 (マシン上で実行)',
  },

  brake: {
    near: (pending, limit) =>
      `machine-approver のブレーキが作動に近づいています。過去 1 時間のノードの要求が ${pending} 件待っており、上限は ${limit} 件です。`,
    tripped: (pending, limit) =>
      `machine-approver のブレーキが作動しています。過去 1 時間のノードの要求が ${pending} 件待っており、${limit} 件を超えています。`,
    text: 'ブレーキの作動中、machine-approver は何も承認しません。Countersign は OpenShift 4.16 以降と同じ方法で数えています。',
    todo: `解消するには: ${relief}`,
    after: 'その後、machine-approver を再起動します。すると、すべての要求を再確認します。',
  },
}
