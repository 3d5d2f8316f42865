import type { clusterChecks as english } from '#lib/messages/en/checks-cluster.ts'
import { unread } from '#lib/messages/ja/unread.ts'

const aside = {
  short: '同じ名前の Node を読み取れません',
  summary:
    'この名前の Node はありますが、Countersign 自体の不具合により読み取れませんでした。最悪の場合を想定する必要があります。',
  decision:
    '承認する前に、kubectl で Node を確認してください。また、不具合を報告してください。内容はログに記録されています。',
}
const noName = {
  short: 'ノードを 1 台に特定できません',
  summary: '要求からノードを 1 台に特定できないため、比較する対象がありません。',
}

const DENIED_BEFORE =
  '誰がなぜ拒否したかは、マシンのページの操作履歴でわかります。拒否が誤りだった場合や、問題が解決している場合は、この要求だけを単独で承認してください。そうでない場合は、この要求も拒否してください。拒否された要求は、1 ～ 2 時間後にクラスターから消えます。'

export const clusterChecks: typeof english = {
  'requestor.bootstrapper': {
    title: '要求元',
    findings: {
      openshift: {
        short: 'node-bootstrapper が要求',
        summary:
          'OpenShift の node-bootstrapper が要求しました。新しいマシンの要求元は、必ずこのアカウントです。',
      },
      kubeadm: {
        short: 'ブートストラップトークンで要求',
        summary:
          'ブートストラップトークンを使って要求されました。新しいマシンは、必ずこの方法で要求します。',
      },
      renewal: {
        short: 'ノード自身が要求',
        summary: 'ノード自身が要求しました。クライアント証明書の更新です。',
      },
      policy: {
        short: '許可された要求元が要求',
        summary:
          '{requestor} は、新しいマシンの証明書を要求できる要求元として設定に登録されています。',
      },
      moreGroups: {
        short: '{requestor} が {groups} にも所属',
        summary:
          '要求元の {requestor} は、このアカウント本来のグループのほかに {groups} にも所属しています。マシンにはない権限を持っています。',
        decision:
          '誰がその名前で操作し、誰が {groups} に加えたかを監査ログで調べてください。要求は、調査の結果を待たずに拒否してください。',
      },
      otherGroups: {
        short: 'ブートストラップ用アカウントですが、本来のグループが足りません',
        summary:
          '要求元は {requestor} ですが、このアカウント本来のグループの一部がありません。なりすましの可能性があります。',
        decision:
          '誰がその名前で操作したかを監査ログで調べてください。要求は、調査の結果を待たずに拒否してください。',
      },
      otherNode: {
        short: '別のノード {requestor} が要求',
        summary:
          '{requestor} が、別のノードの証明書を要求しました。この証明書を得ると、要求元のノードがこのノードとして振る舞えます。',
        decision: '拒否し、要求元のノードを調べてください。侵害されている可能性があります。',
      },
      stranger: {
        short: 'ブートストラップ用アカウントではない {requestor} が要求',
        summary:
          '要求元の {requestor} は、ブートストラップ用アカウントでもノード自身でもありません。要求を作成する権限があれば、誰でもこのような要求を出せます。',
        remedy:
          '要求元が誰かを調べてください。マシンをこの方法で追加している場合は、要求元を設定に登録してください。',
      },
      unreadable: unread.request,
    },
  },
  'requestor.node': {
    title: '要求元',
    findings: {
      itself: {
        short: 'ノード自身が要求',
        summary: 'API サーバーが、要求元をこのノード自身として認証しています。',
      },
      moreGroups: {
        short: 'ノードが {groups} にも所属',
        summary:
          '要求元の {requestor} は、ノード本来のグループのほかに {groups} にも所属しています。ノードにはない権限を持っています。',
        decision:
          '誰がその名前で操作し、誰が {groups} に加えたかを監査ログで調べてください。要求は、調査の結果を待たずに拒否してください。',
      },
      otherGroups: {
        short: 'ノードの名前ですが、ノードのグループが足りません',
        summary:
          '要求元は {requestor} ですが、ノード本来のグループの一部がありません。なりすましの可能性があります。',
        decision:
          '誰がその名前で操作したかを監査ログで調べてください。要求は、調査の結果を待たずに拒否してください。',
      },
      otherNode: {
        short: '別のノード {requestor} が要求',
        summary:
          '{requestor} が、別のノードの証明書を要求しました。この証明書を得ると、そのノードとして応答できます。',
        decision: '拒否し、要求元のノードを調べてください。侵害されている可能性があります。',
      },
      stranger: {
        short: 'ノードではなく {requestor} が要求',
        summary:
          'ノードではなく {requestor} が要求しました。この証明書を得ると、ノードとして応答できます。',
        decision: '要求元が誰かを調べてください。要求は、調査の結果を待たずに拒否してください。',
      },
      unreadable: unread.request,
    },
  },
  'node.new': {
    title: '新しいノード',
    findings: {
      new: {
        short: '同じ名前の Node はまだありません',
        summary: 'この名前の Node はまだありません。',
      },
      rebootstrapping: {
        short: 'Node は既存、{since} から NotReady',
        summary:
          'この名前の Node は {createdAt} から存在し、{since} から NotReady です。再インストールや長時間の停止の後に同じマシンが再ブートストラップしているか、別のマシンがその名前を使っている可能性があります。',
        decision:
          '承認する前に、このマシンが再ブートストラップ中であることを確かめてください。Machine や登録予定のマシンのリストは名前の裏付けにはなりますが、新しい鍵の裏付けにはなりません。',
      },
      rebootstrapForbidden: {
        short: 'Node は既存、設定で再ブートストラップを禁止',
        summary:
          'この名前の Node は存在し、{since} から NotReady です。設定では、同じ名前での再ブートストラップを許可していません。',
        remedy:
          'マシンを再インストールした場合は、先に Node を削除してください。または、設定を変更してください。',
      },
      takeover: {
        short: 'Node は既存で Ready: 乗っ取りに該当',
        summary:
          'この名前の Node は {createdAt} から存在し、{since} から Ready です。この証明書を得た者が、そのノードを乗っ取ることになります。',
        decision:
          'そのノードが動作している間は承認しないでください。どのマシンがその名前で要求しているかを調べてください。ホスト名の重複か、攻撃です。',
      },
      leftOver: {
        short: 'Node より前に出された要求、Node は Ready',
        summary:
          'Node は要求より後の {createdAt} に作成され、{since} から Ready です。その kubelet は別の証明書を持っています。この要求の鍵を持つ者が、そのノードを乗っ取ることになります。',
        decision:
          'そのままにするか、拒否してください。おそらく、参加したときの要求が残ったものです。この要求の承認を待つマシンがある場合は、2 台が同じ名前を使っています。',
      },
      aside,
      nodesUnreadable: unread.nodes,
      noName,
    },
  },
  'node.known': {
    title: '既知のノード',
    findings: {
      aside,
      known: { short: 'Node が存在します', summary: 'Node が存在します。' },
      missing: {
        short: '同じ名前の Node がありません',
        summary:
          'この名前の Node がないため、どのアドレスがこのノードのものかを示す情報がありません。',
        decision:
          'kubelet が Node を登録するまで待ってください。いつまでも登録されない場合は、要求を拒否してください。',
      },
      deleting: {
        short: 'Node は削除中です',
        summary: 'Node は削除中です。発行した証明書は、Node の削除後も残ることになります。',
        remedy: '削除が終わるまで待ってください。マシンが残る場合は、改めて要求が出されます。',
      },
      younger: {
        short: '要求より後に作成された Node',
        summary:
          'Node は、要求より後の {createdAt} に作成されました。この要求は、同じ名前の以前の Node が出したものです。',
        decision: '拒否してください。kubelet は、現在の Node のために改めて要求を出します。',
      },
      nodesUnreadable: unread.nodes,
      noName,
    },
  },
  'sans.owned': {
    title: '自身のアドレス',
    findings: {
      owned: {
        short: 'すべての名前とアドレスが自身のもの',
        summary: 'すべての名前とアドレスが、ノード自身のものに含まれています。',
      },
      notOwned: {
        short: '自身のものではない {sans} を要求',
        summary: '{sans} を要求していますが、Node には自身のものとして記載されていません。',
        remedy:
          'そのアドレスがマシンにあるかを、マシン上で確認してください。変更した直後の場合は、Node に反映されるまで待ってください。kubelet が改めて要求を出します。',
      },
      moreAddresses: {
        short: 'Node のアドレスが読み取れる数を超えています',
        summary:
          'Node のアドレスが、ここで読み取れる数を超えています。{sans} は、読み取っていないアドレスに含まれる可能性があります。',
        remedy: 'Node のアドレスを直接確認してください。',
      },
      nodesUnreadable: unread.nodes,
      noName,
    },
  },
  'sans.foreign': {
    title: 'ほかのノードのアドレスなし',
    findings: {
      free: {
        short: 'ほかのノードはこれらのアドレスを持っていません',
        summary: 'これらの名前とアドレスを持つノードは、ほかにありません。',
      },
      held: {
        short: '{holder} の {san} を要求',
        summary:
          '{holder} の名前またはアドレスである {san} を要求しています。この証明書を得ると、このマシンは {holder} として応答できます。',
        decision:
          'どちらのものかを調べてください。2 台のマシンが同じ名前またはアドレスを使っているか、古い Node が残っています。修正した後で、この要求を拒否してください。',
      },
      nodesUnreadable: unread.nodes,
      machinesUnreadable: unread.machines,
      machinesPartly: unread.machinesPartly,
      moreAddresses: {
        short: 'ノード {holder} に読み取っていないアドレスがあります',
        summary:
          '{holder} には、ここで読み取っていないアドレスがあり、{san} がそれに含まれる可能性があります。{san} がこのノードのものであることを示すのは、この Node 自身だけです。',
        remedy:
          '{holder} のアドレスを確認してください。Machine か、アドレスを記載した登録予定のマシンのリストがあれば、はっきりします。',
      },
      noName,
    },
  },
  'sans.reserved': {
    title: '予約済みの名前なし',
    findings: {
      free: {
        short: '予約済みのものはありません',
        summary: 'クラスター自体の名前は要求していません。',
      },
      cluster: {
        short: 'クラスターの名前 {san} を要求',
        summary: '{san} を要求しています。この証明書を得ると、クラスター自体として応答できます。',
        decision: '拒否し、マシンを調べてください。kubelet が自らこれを要求することはありません。',
      },
      local: {
        short: 'ローカルアドレス {san} を要求',
        summary: 'どのマシンも自身のアドレスとする {san} を要求しています。',
        decision: '拒否し、マシンのアドレスを修正してください。',
      },
      metadata: {
        short: 'クラウドのメタデータサービス {san} を要求',
        summary:
          'クラウドがメタデータと認証情報を提供する {san} を要求しています。この証明書を得ると、そのサービスとして応答できます。',
        decision: '拒否し、マシンを調べてください。kubelet が自らこれを要求することはありません。',
      },
      special: {
        short: 'マシンに使えないアドレス {san} を要求',
        summary:
          'プロトコル用か、まだ用途のない範囲の {san} を要求しています。マシンがこのアドレスを持つことはできません。',
        decision: '拒否し、マシンのアドレスを修正してください。',
      },
      spelling: {
        short: 'DNS 名ではない {san} を要求',
        summary:
          'DNS 名として {san} を要求していますが、有効な DNS 名ではありません。一部のプログラムは、これを IP アドレスとして、つまり別のマシンのものとして読み取ります。',
        decision: '拒否し、マシンが自身に付けている名前を修正してください。',
      },
      wildcard: {
        short: 'ワイルドカード {san} を要求',
        summary: '{san} を要求しています。この証明書を得ると、多数の名前で応答できます。',
        decision: '拒否してください。kubelet がワイルドカードを要求することはありません。',
      },
      apiServer: {
        short: 'API サーバーの {san} を要求',
        summary: '{san} を要求しています。この証明書を得ると、API サーバーとして応答できます。',
        decision: '拒否し、マシンを調べてください。',
      },
      serviceNetwork: {
        short: 'サービスのアドレス {san} を要求',
        summary:
          'サービスネットワークのアドレス {san} を要求しています。クラスターのサービスとして応答できることになります。',
        decision: '拒否し、マシンのネットワークを調べてください。',
      },
      networksUntold: {
        short: '{san} はサービスのアドレスの可能性があります',
        summary:
          'どのアドレスがサービスのものかがわかりません。また、{san} が自身のものであることを示すのは、マシン自身だけです。サービスのアドレスの場合、そのサービスとして応答できることになります。',
        remedy:
          '`servicecidrs.networking.k8s.io` の `list` (OpenShift では `networks.config.openshift.io` の `get`) の権限を依頼するか、COUNTERSIGN_SERVICE_NETWORKS を設定して Countersign を起動してください。',
      },
      unreadable: unread.request,
    },
  },
  'key.reuse': {
    title: '固有の鍵',
    findings: {
      unique: { short: '固有の鍵', summary: 'この鍵を使うノードは、ほかにありません。' },
      shared: {
        short: '{nodes} と同じ鍵',
        summary:
          '別のノード {nodes} が同じ鍵を持っています。一方の鍵を持つ者は、もう一方としても振る舞えます。1 つのイメージから複製したマシンで起こります。',
        decision:
          '両方のマシンから kubelet の鍵 (`/var/lib/kubelet/pki`) を削除し、改めて要求させてください。現在の要求は拒否してください。',
      },
      sharedByMany: {
        short: '多数のノードが同じ鍵',
        summary:
          '多数のノードが同じ鍵を持っています。1 つの鍵を持つ者は、それらすべてのノードとして振る舞えます。',
        decision: 'これらの要求を拒否し、マシンの作成に使ったイメージから鍵を取り除いてください。',
      },
      kubeletsUnread: {
        short: '別のノードが同じ鍵を持っている可能性があります',
        summary:
          'kubelet の要求が多すぎるため、すべてを読み取ることはできません。この鍵を使うノードはほかに見つかっていませんが、要求を読み取っていないノードが使っている可能性があります。',
        remedy: '何がこれほど多くの要求を出しているかを調べ、不要な要求を削除してください。',
      },
      othersUnread: {
        short: 'ほかの署名者の要求の一部を読み取っていません',
        summary:
          'この鍵を使う kubelet は、ほかのノードにはありません。ほかの署名者の要求は一部を読み取っていないため、この鍵を使う要求があるかどうかは判断できません。',
      },
      unreadable: unread.request,
    },
  },
  'machine.alarm': {
    title: '警報なし',
    findings: {
      none: {
        short: '警報なし',
        summary: 'このマシンに、承認された内容と異なる証明書はありません。',
      },
      raised: {
        short: 'マシンに警報があります',
        summary:
          'このマシンの要求 {request} に対して、承認された内容と異なる証明書が発行されました。原因がわかるまでは、再び起こる可能性があります。',
        remedy: '誰が発行したかを調べてから、マシンのページで警報を既読にしてください。',
      },
      noName,
    },
  },
  'machine.denial': {
    title: '以前の拒否なし',
    findings: {
      none: {
        short: '以前の拒否なし',
        summary: '同じ証明書を求めるこのマシンの要求で、最近拒否されたものはありません。',
      },
      denied: {
        short: 'マシンの要求が {deniedAt} に拒否されています',
        summary:
          '同じ証明書を求めるこのマシンの要求 {request} は、{deniedAt} に拒否されました。拒否された kubelet は数秒以内に改めて要求を出すため、新しい要求が出されても、状況が変わったとはいえません。',
        decision: DENIED_BEFORE,
      },
      deniedSometime: {
        short: 'マシンの要求が以前に拒否されています',
        summary:
          '同じ証明書を求めるこのマシンの要求 {request} は、拒否されました。拒否された時刻は読み取れません。拒否された kubelet は数秒以内に改めて要求を出すため、新しい要求が出されても、状況が変わったとはいえません。',
        decision: DENIED_BEFORE,
      },
      noName,
    },
  },
  'name.confusable': {
    title: '紛らわしい名前なし',
    findings: {
      distinct: {
        short: '紛らわしい名前ではありません',
        summary: 'ほかの名前に似た名前ではありません。',
      },
      nodesUnreadable: unread.nodes,
      lookalike: {
        short: '{existing} に似ていますが、別の名前です',
        summary: '{name} は {existing} に似ていますが、別の文字で書かれています。',
        decision: 'マシンにこのとおりの名前を付けた場合を除き、拒否してください。',
      },
      lookalikeOfMany: {
        short: 'ほかの多数の名前に似ていますが、別の名前です',
        summary:
          '{name} は、マシンが要求しているほかの多数の名前に似ていますが、別の文字で書かれています。',
        decision: 'マシンにこのとおりの名前を付けた場合を除き、拒否してください。',
      },
      mixedScripts: {
        short: '名前に複数の文字体系が混在しています',
        summary:
          '{name} には、複数の文字体系の文字が混在しています。別の名前に見せかけるために作られた可能性があります。',
        decision: '拒否してください。',
      },
      invisible: {
        short: '名前に見えない文字が含まれています',
        summary: '{name} に、見えない文字、またはほかの文字の並びを変える文字が含まれています。',
        decision: '拒否してください。',
      },
      invisibleName: {
        short: '要求の名前に見えない文字が含まれています',
        summary:
          '要求自体の名前 {name} に、見えない文字が含まれています。一覧やログを読み誤らせるために付けられた名前です。',
        decision: '拒否し、要求元を調べてください。',
      },
      falsePrefix: {
        short: 'system:node: に似ているだけです',
        summary: '{name} は、`system:node:` で始まっているように見えるだけです。',
        decision: '拒否し、要求元を調べてください。',
      },
      unreadable: unread.request,
    },
  },
  'requestor.self': {
    title: '自分の要求ではない',
    findings: {
      other: {
        short: '別の人が要求',
        summary: '自分が出した要求ではありません。',
      },
      self: {
        short: '自分が出した要求です',
        summary:
          'この要求は、自分 ({requestor}) が出したものです。自分の要求を自分で承認すべきではありません。',
        remedy: '別の人に確認を依頼してください。',
      },
      noActor: {
        short: '承認または拒否する人がいません',
        summary: '誰が承認または拒否するかがわかりません。',
      },
    },
  },
}
