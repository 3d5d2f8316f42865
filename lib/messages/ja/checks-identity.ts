import type { identityChecks as english } from '#lib/messages/en/checks-identity.ts'
import { unread } from '#lib/messages/ja/unread.ts'

const noName = {
  short: 'ノードを 1 台に特定できません',
  summary: '要求からノードを 1 台に特定できないため、裏付けとなるものがありません。',
}

export const identityChecks: typeof english = {
  'identity.machine': {
    title: 'Machine による裏付け',
    findings: {
      confirmed: {
        short: 'Machine {machine}',
        summary: 'Machine {machine} がこのノードに対応し、内容も一致しています。',
      },
      noMachine: {
        short: '形式は正常、裏付けとなる Machine なし',
        summary:
          'このノードに対応する Machine がありません。手作業で追加したマシンでは、通常の状態です。',
        decision: '承認する前に、名前とアドレスを、ラックに設置したマシンと照合してください。',
      },
      otherNamespace: {
        short: '形式は正常ですが、Machine {machine} は裏付けになりません',
        summary:
          'Machine {machine} がこの名前を持っていますが、その namespace の Machine は、ここでは信頼する情報源ではありません。要求を裏付けることも、要求と矛盾することもありません。',
        decision:
          '承認する前に、名前とアドレスを、ラックに設置したマシンと照合してください。その namespace の Machine がこのクラスターのマシンを表す場合は、ポリシーの machines.namespaces にその namespace を指定してください。',
      },
      otherCluster: {
        short: '形式は正常ですが、Machine {machine} がこのクラスターのものかは不明です',
        summary:
          'Machine {machine} がこの名前を持っていますが、その Cluster API のクラスターがこのクラスターかどうかはわかりません。そのクラスターに属することを示す Node が、ここでは過半数に達していません。要求を裏付けることも、要求と矛盾することもありません。',
        decision:
          'マシンがどのクラスターに参加するのかを確認してください。このクラスターの場合は、承認する前に名前とアドレスを照合し、Machine の namespace をポリシーの machines.namespaces に指定してください。',
      },
      joinedBefore: {
        short: 'Machine {machine} は以前に参加済み',
        summary:
          'Machine {machine} がこの名前を持っていますが、すでに Node があります。名前の裏付けにはなりますが、新しい鍵の裏付けにはなりません。',
        decision: '承認する前に、このマシンが再ブートストラップ中であることを確かめてください。',
      },
      approvedBefore: {
        short: 'Machine {machine} の別の要求が承認済み',
        summary:
          'Machine {machine} がこの名前を持っていますが、その別のクライアント要求がすでに承認されています。名前の裏付けにはなりますが、2 つ目の鍵の裏付けにはなりません。',
        decision: '承認する前に、2 件のどちらがこのマシンの要求かを調べてください。',
      },
      nodesUnreadable: unread.nodes,
      noMachineApi: {
        short: '形式は正常ですが、独立した裏付けがありません',
        summary: 'このクラスターには Machine がないため、マシンの独立した裏付けがありません。',
        decision: '承認する前に、名前とアドレスを、ラックに設置したマシンと照合してください。',
      },
      machinesUnreadable: {
        ...unread.machines,
        summary: 'Machine を読み取れないため、裏付けを得られません。',
      },
      machinesPartly: {
        ...unread.machinesPartly,
        summary:
          '一部の Machine を読み取れません。読み取れない Machine がほかの Machine と矛盾する可能性があるため、裏付けを得られません。',
      },
      noAddresses: {
        short: 'Machine {machine} にまだアドレスがありません',
        summary:
          'Machine {machine} にまだアドレスが記載されていないため、要求されたアドレスの裏付けになりません。',
        remedy: '記載されるまで待つか、アドレスを自分で照合してください。',
      },
      moreAddresses: {
        short: 'Machine {machine} のアドレスが読み取れる数を超えています',
        summary:
          'Machine {machine} のアドレスが、ここで読み取れる数を超えています。{sans} は、読み取っていないアドレスに含まれる可能性があります。',
        remedy: 'Machine のアドレスを直接確認してください。',
      },
      deleting: {
        short: 'Machine {machine} は削除中です',
        summary: 'Machine {machine} は削除中のため、もう裏付けになりません。',
        remedy: '削除が終わるまで待ってください。',
      },
      staleNodeRef: {
        short: 'Machine {machine} は以前の Node に対応しています',
        summary:
          'Machine {machine} は同じ名前の以前の Node に対応しているため、現在の Node の裏付けになりません。',
        decision: '承認する前に、同じマシンであることを確かめてください。',
      },
      otherNode: {
        short: 'Machine {machine} は {node} に対応しています',
        summary: 'Machine {machine} は別のノード {node} に対応しています。要求と矛盾します。',
        decision:
          'マシンがどちらのノードかを調べてください。もう一方のノードである場合は、この要求を拒否してください。',
      },
      outsideWindow: {
        short: 'Machine {machine} の作成時刻と合いません',
        summary:
          'Machine {machine} は {createdAt} に作成されました。マシンが要求を出すのは、作成の 10 秒前から 2 時間後までです。この要求は、その範囲外に出されました。',
        decision:
          'マシンの起動にそれだけの時間がかかった場合は、内容を確認したうえで、単独で承認してください。',
      },
      lacksSan: {
        short: 'Machine {machine} に {sans} がありません',
        summary: 'Machine {machine} に {sans} がありません。要求と矛盾します。',
        decision: 'どちらが正しいかを確認してください。両者が一致するまで承認しないでください。',
      },
      severalMachines: {
        short: '複数の Machine: {machines}',
        summary: '複数の Machine がこのノードに対応しています: {machines}。いずれかが誤りです。',
        remedy: '誤った Machine を削除するか、そのアドレスを修正してください。',
      },
      noName,
    },
  },
  'identity.requestor': {
    title: 'API サーバーによる裏付け',
    findings: {
      authenticated: {
        short: '認証されたノード自身',
        summary:
          'API サーバーが、要求元をこのノード自身として認証しています。その Node も存在します。',
      },
      missing: {
        short: '同じ名前の Node がありません',
        summary: 'この名前の Node がないため、要求元の名前は裏付けになりません。',
      },
      deleting: {
        short: 'Node は削除中です',
        summary: 'Node は削除中のため、もう裏付けになりません。',
      },
      younger: {
        short: '要求より後に作成された Node',
        summary: 'Node は要求より後に作成されたため、要求を出した Node ではありません。',
      },
      nodesUnreadable: unread.nodes,
      noName,
    },
  },
  'identity.expected': {
    title: '登録予定による裏付け',
    findings: {
      confirmed: {
        short: '登録予定、アドレスも一致',
        summary:
          '登録予定のマシンのリストに {node} があり、要求されたすべてのアドレスが記載されています。',
      },
      named: {
        short: '登録予定 (名前のみ)',
        summary:
          '登録予定のマシンのリストに {node} があります。クライアント要求はアドレスを含まないため、照合するのは名前だけです。',
      },
      joinedBefore: {
        short: '登録予定 (名前のみ)、以前に参加済み',
        summary:
          '登録予定のマシンのリストに {node} がありますが、その名前のマシンはすでに参加しています。リストは名前の裏付けにはなりますが、新しい鍵の裏付けにはなりません。',
        decision: '承認する前に、このマシンが再ブートストラップ中であることを確かめてください。',
      },
      approvedBefore: {
        short: '{node} の別の要求が承認済み',
        summary:
          '登録予定のマシンのリストに {node} がありますが、その別のクライアント要求がすでに承認されています。リストは名前の裏付けにはなりますが、2 つ目の鍵の裏付けにはなりません。',
        decision: '承認する前に、2 件のどちらがこのマシンの要求かを調べてください。',
      },
      nodesUnreadable: unread.nodes,
      nameOnly: {
        short: '登録予定 (名前のみ)',
        summary:
          '登録予定のマシンのリストに {node} がありますが、アドレスは記載されていません。要求しているのは、自身の名前と、ポリシーまたは Machine が認めるものです。',
        remedy: 'アドレスも照合するには、リストにアドレスを追加してください。',
      },
      nameAlone: {
        short: '登録予定 (名前のみ)、{sans} は自己申告',
        summary:
          '登録予定のマシンのリストに {node} がありますが、アドレスは記載されていません。{sans} を持つことを示すのは、{node} 自身だけです。',
        remedy:
          'アドレスが正しい場合は、リストに追加してください。または、ポリシーでアドレスを allowedAddresses に、名前を allowedNames に指定してください。アドレスの場合は、サービスネットワークがわかっていることも必要です。「予約済みの名前なし」を参照してください。',
      },
      noList: {
        short: '登録予定のマシンのリストがありません',
        summary: '照合する登録予定のマシンのリストがありません。',
        remedy: '追加するマシンの名前とアドレスを、「登録予定」のページで指定してください。',
      },
      notListed: {
        short: '登録予定のマシンのリストにありません',
        summary: '登録予定のマシンのリストに {node} がありません。',
        remedy: 'このマシンを追加した場合は、リストに加えてください。',
      },
      unexpected: {
        short: '登録予定のないマシンです',
        summary:
          '登録予定のマシンのリストに {node} がありません。ポリシーは、このリストを完全なものとしています。',
        remedy:
          'このマシンを追加した場合は、リストに加えてください。そうでない場合は、誰のマシンかを調べてください。',
      },
      otherAddress: {
        short: '登録予定のアドレスに {sans} がありません',
        summary:
          '登録予定のマシンのリストでは、{node} に別のアドレスが記載されています。{sans} はありません。',
        remedy:
          'どちらが正しいかを確認してください。マシンが正しい場合は、リストを修正してください。',
      },
      givenToAnother: {
        short: '{san} は {holder} のものとして登録予定',
        summary:
          '登録予定のマシンのリストでは、{san} は {holder} のものです。この証明書を得ると、{node} は {holder} として応答できます。',
        remedy:
          'マシンがどちらかを調べてください。リストが誤っている場合は、リストを修正してください。',
      },
      noName,
    },
  },
  'identity.liveCertificate': {
    title: 'kubelet 自身の証明書による裏付け',
    findings: {
      same: {
        short: 'kubelet がすでに同じ内容を提示',
        summary:
          'kubelet は、クラスターの CA ({ca}) による、このノードの証明書を提示しています。名前とアドレスは要求と完全に一致します。この要求はその更新です。',
      },
      notAsked: {
        short: 'kubelet に問い合わせていません',
        summary:
          'kubelet が自身のポートで提示する証明書はわかりません。問い合わせていないか、問い合わせてから時間がたちすぎています。',
      },
      noAddress: {
        short: 'Node に問い合わせ先のアドレスがありません',
        summary: 'Node に InternalIP がないため、kubelet に問い合わせできません。',
      },
      otherPort: {
        short: 'Node が示すポート {port} は問い合わせの対象外',
        summary:
          'Node によると、kubelet はポート {port} で待ち受けています。これはノード自身の申告で、設定にこのポートがないため、kubelet に問い合わせていません。',
        remedy:
          'kubelet がこのポートで待ち受けている場合は、COUNTERSIGN_KUBELET_PORTS=10250,{port} を設定して、Countersign と自動承認プログラムを起動してください。',
      },
      barredAddress: {
        short: 'Node に問い合わせの対象となるアドレスがありません',
        summary:
          'Node の InternalIP は、いずれも Countersign が決して接続しない範囲にあるため、kubelet に問い合わせていません。接続しない範囲: ループバック、リンクローカル、メタデータ、共有 (100.64.0.0/10)、ベンチマーク (198.18.0.0/15)、IPv6 に含まれる IPv4、サービスネットワーク。',
        remedy:
          'Node のアドレスを修正してください。ノードが 100.64.0.0/10 または 198.18.0.0/15 にある場合は、そのネットワークを COUNTERSIGN_KUBELET_NETWORKS に指定してください。',
      },
      unreachable: {
        short: 'kubelet に接続できません',
        summary: 'ここから kubelet のポートに接続できないため、裏付けになりません。',
        remedy:
          'ノードの InternalIP に接続できる場所で Countersign を実行するか、名前とアドレスを自分で照合してください。',
      },
      notTls: {
        short: 'kubelet のポートの応答が TLS ではありません',
        summary:
          'kubelet のポートで応答するものが TLS ハンドシェイクを完了しないため、裏付けになりません。',
        decision: '承認する前に、そのポートで何が待ち受けているかを確認してください。',
      },
      noCertificate: {
        short: 'kubelet にまだ証明書がありません',
        summary:
          'kubelet はまだサーバー証明書を持たないため、何も提示できません。最初の要求であるか、前の証明書の期限が切れています。',
        decision: '承認する前に、名前とアドレスをマシンと照合してください。',
      },
      selfSigned: {
        short: 'kubelet が自己署名証明書を提示',
        summary:
          'kubelet は、自身で署名した証明書を提示しています。クラスターから最初の証明書が発行される前の状態と同じで、裏付けになりません。',
        decision: '承認する前に、名前とアドレスをマシンと照合してください。',
      },
      unknownCa: {
        short: 'kubelet が別の CA の証明書を提示',
        summary:
          'kubelet は、クラスターの CA ({ca}) とは別の CA の証明書を提示しています。kubelet が自身のために作成したものかもしれません。裏付けになりません。',
        remedy: '誰が発行したかを調べ、名前とアドレスを自分で照合してください。',
      },
      expired: {
        short: 'kubelet が期限切れの証明書を提示',
        summary: 'kubelet の証明書の期限が切れているため、裏付けになりません。',
        decision: '承認する前に、名前とアドレスをマシンと照合してください。',
      },
      notYetValid: {
        short: 'kubelet がまだ有効ではない証明書を提示',
        summary:
          'Countersign が動作するマシンの時計では、kubelet の証明書の有効期間がまだ始まっていないため、裏付けになりません。',
        decision:
          '承認する前に、その時計をクラスターの時計と照合し、名前とアドレスをマシンと照合してください。',
      },
      unreadable: {
        short: 'kubelet の証明書が適正ではありません',
        summary:
          'kubelet が提示する証明書は、正確に表示できないか、サーバー用の証明書ではないため、裏付けになりません。',
        decision: '承認する前に、名前とアドレスをマシンと照合してください。',
      },
      noCa: {
        short: 'クラスターの CA がわかりません',
        summary: 'kubelet 証明書を発行する CA が、ここではわかりません。',
        remedy:
          'Countersign のアカウントに、ConfigMap `openshift-config-managed/csr-controller-ca` (OpenShift 以外では `kube-system/kube-root-ca.crt`) の `get` を許可してください。',
      },
      asksForMore: {
        short: 'kubelet が提示する証明書に {sans} がありません',
        summary:
          'kubelet が提示するこのノードの証明書には、要求されている {sans} がありません。同じ内容の更新ではありません。',
        remedy: 'ノードが別の名前またはアドレスを要求する理由を調べてください。',
      },
      asksForLess: {
        short: 'kubelet が提示する証明書には {sans} もあります',
        summary:
          'kubelet が提示するこのノードの証明書には、要求されていない {sans} があります。同じ内容の更新ではありません。',
        remedy: 'ノードの名前またはアドレスが失われた理由を調べてください。',
      },
      otherName: {
        short: 'kubelet のポートが {name} として応答',
        summary:
          'kubelet のポートは、クラスターの CA による {name} の証明書を提示しています。これはノードの名前ではないため、裏付けになりません。',
        decision: '承認する前に、そのポートで何が待ち受けているかを確認してください。',
      },
      otherNode: {
        short: '別のノードが応答: {node}',
        summary:
          'この Node のアドレスで、別のノード {node} が応答しています。Node のアドレスは、自身のものではありません。',
        decision:
          '誰が Node のアドレスを変更したかを調べてください。正しいアドレスに戻るまで承認しないでください。',
      },
      noName,
    },
  },
}
