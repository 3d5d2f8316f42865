import { PROBLEM_CODES, type ReadingProblemCode } from '#lib/csr/problem-codes.ts'
import type { requestChecks as english } from '#lib/messages/en/checks-request.ts'
import type { FindingWords } from '#lib/messages/grammar/check-words.ts'
import { reading } from '#lib/messages/ja/reading.ts'
import { unread } from '#lib/messages/ja/unread.ts'

function unfaithful(problem: string) {
  return {
    short: problem,
    summary: `要求を正確に表示できません。署名者が読み取る内容は、表示されている内容と異なる可能性があります。${problem}`,
    decision:
      '拒否し、何がこの要求を作成したかを調べてください。kubelet がこのような要求を作成することはありません。Countersign はこの要求を承認しません。',
  } satisfies FindingWords
}

const unfaithfulFor = Object.fromEntries(
  PROBLEM_CODES.map((code) => [code, unfaithful(reading[code])]),
) as Readonly<Record<ReadingProblemCode, ReturnType<typeof unfaithful>>>

const attestedByGke = {
  short: reading.gkeBlocks,
  summary: `${reading.gkeBlocks}。これらのブロックが何を証明するかを、Countersign は表示できません。`,
  decision:
    'GKE に任せてください。GKE のノードは GKE 独自のプログラムが承認し、Countersign は承認しません。GKE 以外のクラスターの kubelet がこれらのブロックを送ることはありません。その場合は拒否してください。',
} satisfies FindingWords

export const requestChecks: typeof english = {
  'request.faithful': {
    title: '正確に表示可能',
    findings: {
      faithful: {
        short: '厳密に読み取り済み、余分なデータなし',
        summary: '要求を厳密に読み取りました。隠れた内容はありません。',
      },
      ...unfaithfulFor,
      gkeBlocks: attestedByGke,
    },
  },
  'request.extensions': {
    title: '拡張',
    findings: {
      usual: {
        short: '通常の拡張のみ',
        summary: 'kubelet が使う拡張だけを要求しています。',
      },
      unusual: {
        short: '通常とは異なる拡張を要求',
        summary:
          'kubelet が要求することのない {extensions} を要求しています。署名者がこれを証明書に含めるかどうかは、署名者によって異なります。',
        decision:
          'マシンの管理者に用途を確認してください。誰も用途を知らない場合は、要求を拒否してください。',
      },
      unreadable: unread.request,
    },
  },
  'request.signature': {
    title: '自己署名',
    findings: {
      valid: {
        short: '自身の鍵で署名',
        summary: '要求は、要求に含まれる鍵で署名されています。',
      },
      invalid: {
        short: '署名が鍵と一致しません',
        summary:
          '署名が、要求に含まれる鍵と一致しません。作成者がその鍵を持っていないか、途中で改変された可能性があります。',
        decision: '拒否してください。証明書がまだ必要な kubelet は、改めて要求を出します。',
      },
      keyTooLarge: {
        short: '鍵が大きすぎるため、署名を検証できません: {key}',
        summary:
          '鍵が {key} のため、署名を検証していません。Kubernetes は、8192 ビットを超える RSA 鍵の証明書を受け付けません。',
        decision: '拒否してください。kubelet が自ら作成する鍵は、P-256 の ECDSA です。',
      },
      unreadable: unread.request,
    },
  },
  'subject.commonName': {
    title: 'CN が 1 つ',
    findings: {
      one: { short: 'CN が 1 つ', summary: 'サブジェクトの CN は 1 つだけです。' },
      none: {
        short: 'CN がなく、誰の証明書かわかりません',
        summary: 'サブジェクトに CN がないため、誰の証明書になるかが示されていません。',
        decision: '拒否してください。kubelet は必ず、ここに自身のノード名を入れます。',
      },
      several: {
        short: 'CN が複数あり、対象を特定できません',
        summary:
          'サブジェクトに CN が複数あります: {names}。署名者は最後の CN を、ほかのプログラムは最初の CN を使うため、誰の証明書になるかを特定できません。',
        decision:
          '拒否し、要求の出所を調べてください。偶然このような要求ができることはありません。',
      },
      unprintable: {
        short: 'CN に見えない文字が含まれています',
        summary:
          'CN {names} に、見えない文字、またはほかの文字の並びを変える文字が含まれています。',
        decision: '拒否してください。このような名前のノードはありません。',
      },
      unreadable: unread.request,
    },
  },
  'subject.nodeName': {
    title: 'ノードを示す名前',
    findings: {
      valid: { short: 'ノードを示す名前', summary: 'CN はノードの名前です。' },
      noPrefix: {
        short: 'ノードを示す名前ではありません',
        summary: 'CN {names} が `system:node:` で始まっていません。kubelet のものではありません。',
        decision: '拒否するか、本来の署名者に宛てた要求を作り直してもらってください。',
      },
      invalid: {
        short: '有効なノード名ではありません',
        summary: 'CN {names} が、`system:node:` に有効なノード名を続けたものではありません。',
        decision:
          '拒否してください。マシンのホスト名を有効なものに変更すると、kubelet が改めて要求を出します。',
      },
      several: {
        short: '複数のノードを示しています',
        summary: 'サブジェクトに CN が複数あるため、ノードを 1 台に特定できません。',
        decision: '拒否してください。',
      },
      none: {
        short: 'ノードを示す名前がありません',
        summary: 'サブジェクトに CN がないため、ノードが示されていません。',
        decision: '拒否してください。',
      },
      unreadable: unread.request,
    },
  },
  'subject.organization': {
    title: '組織 (O)',
    findings: {
      exact: { short: 'system:nodes のみ', summary: '組織は `system:nodes` だけです。' },
      other: {
        short: 'system:nodes 以外のグループを要求',
        summary:
          'サブジェクトは {subject} です。組織はグループになるため、証明書はノードにない権限を持つか、ノードに必要な権限を持たないことになります。',
        decision: '拒否してください。kubelet が要求するのは `system:nodes` だけです。',
      },
      moreAttributes: {
        short: 'サブジェクトに kubelet が使わない属性があります',
        summary:
          'サブジェクトは {subject} です。kubelet が設定することのない属性が含まれています。',
        decision: '拒否してください。kubelet 証明書の署名者も受け付けません。',
      },
      unreadable: unread.request,
    },
  },
  usages: {
    title: '鍵用途',
    findings: {
      exact: { short: '通常の鍵用途', summary: '署名者に応じた鍵用途だけを要求しています。' },
      other: {
        short: '通常とは異なる鍵用途を要求',
        summary:
          '{usages} を要求しています。この署名者は、クライアント用かサーバー用のどちらか一方です。鍵用途が異なる証明書は、ほかの目的にも使われる可能性があります。',
        decision: '拒否してください。kubelet が要求するのは、署名者に応じた鍵用途だけです。',
      },
    },
  },
  'sans.kinds': {
    title: '名前の種類',
    findings: {
      none: {
        short: 'SAN なし',
        summary: 'SAN を要求していません。クライアント要求として適切です。',
      },
      hosts: {
        short: 'DNS 名と IP アドレスのみ',
        summary: 'DNS 名と IP アドレスだけを要求しています。',
      },
      unexpected: {
        short: 'クライアント要求に SAN があります',
        summary: '{sans} を要求していますが、クライアント証明書で SAN を使うことはありません。',
        decision: '拒否してください。署名者も受け付けず、kubelet が要求することもありません。',
      },
      missing: {
        short: 'サーバーの名前もアドレスもありません',
        summary:
          'DNS 名も IP アドレスも要求していないため、この証明書では誰も kubelet に接続できません。',
        decision: '拒否し、kubelet にアドレスがない理由をマシン上で調べてください。',
      },
      otherKind: {
        short: 'メールアドレスや URI などの名前を要求',
        summary:
          '{sans} を要求しています。サーバー証明書に含めるのは DNS 名と IP アドレスだけです。',
        decision: '拒否してください。kubelet が要求することはありません。',
      },
      unreadable: unread.request,
    },
  },
  'policy.addresses': {
    title: '許可されたアドレス',
    findings: {
      anyAllowed: {
        short: 'すべてのアドレスを許可',
        summary: '設定では、アドレスを制限していません。',
      },
      allowed: {
        short: '許可されたアドレス',
        summary: 'すべてのアドレスが、許可されたプレフィックスの範囲内です。',
      },
      outside: {
        short: '許可されたプレフィックスの範囲外の {sans} を要求',
        summary: '設定で許可されたアドレスのプレフィックスの範囲外にある {sans} を要求しています。',
        remedy:
          'マシンが正しいネットワークにあるかを確認してください。正しい場合は、許可するプレフィックスを広げてください。',
      },
      unreadable: unread.request,
    },
  },
  'policy.names': {
    title: '許可された名前',
    findings: {
      anyAllowed: { short: 'すべての名前を許可', summary: '設定では、名前を制限していません。' },
      allowed: {
        short: '許可された名前',
        summary: 'すべての DNS 名が、許可されたパターンのいずれかに一致します。',
      },
      outside: {
        short: '許可されたパターンに一致しない {sans} を要求',
        summary: '設定のどのパターンでも許可されていない {sans} を要求しています。',
        remedy:
          'マシンの名前が正しいかを確認してください。正しい場合は、パターンを追加してください。',
      },
      unreadable: unread.request,
    },
  },
  'policy.serving': {
    title: 'このマシンのサーバー要求',
    findings: {
      anyAllowed: {
        short: 'すべての名前とアドレスを許可',
        summary: '設定では、名前もアドレスも制限していません。',
      },
      within: {
        short: '要個別確認になる要因は見当たりません',
        summary:
          '要求される見込みの名前とアドレスのうち、判明しているものは設定で許可されています。',
      },
      nameWillFail: {
        short: 'サーバー要求は要個別確認: 名前がポリシーの範囲外',
        summary:
          'クライアント証明書は承認できます。その後、kubelet は自身の名前 {node} でサーバー証明書を要求しますが、設定にはこの名前を許可するパターンがありません。そのため、サーバー要求は要個別確認になります。',
        remedy:
          'マシンの名前が正しいかを確認してください。正しい場合は、`allowedNames` にパターンを追加してください。',
      },
      addressesWillFail: {
        short: 'サーバー要求は要個別確認: アドレスがポリシーの範囲外',
        summary:
          'クライアント証明書は承認できます。その後、kubelet は自身のアドレスでサーバー証明書を要求しますが、設定には {node} に見込まれるアドレス {sans} を許可するプレフィックスがありません。そのため、サーバー要求は要個別確認になります。',
        remedy:
          'マシンが正しいネットワークにあるかを確認してください。正しい場合は、`allowedAddresses` を広げてください。',
      },
      nameOutside: {
        short: '名前 {node} を許可するパターンがありません',
        summary:
          'kubelet は名前 {node} をサーバー要求に含めますが、設定にはこの名前を許可するパターンがありません。ポリシーにより、このようなマシンはクライアント要求の段階で要個別確認になります (`limitClients`)。',
        remedy:
          'マシンの名前が正しいかを確認してください。正しい場合は、`allowedNames` にパターンを追加してください。',
      },
      addressesOutside: {
        short: 'アドレス {sans} を許可するプレフィックスがありません',
        summary:
          '設定には、{node} に見込まれるアドレス {sans} を許可するプレフィックスがありません。ポリシーにより、このようなマシンはクライアント要求の段階で要個別確認になります (`limitClients`)。',
        remedy:
          'マシンが正しいネットワークにあるかを確認してください。正しい場合は、`allowedAddresses` を広げてください。',
      },
      noName: {
        short: 'マシンを 1 台に特定できません',
        summary: 'この要求からは、マシンを 1 台に特定できません。',
      },
    },
  },
  'policy.expiration': {
    title: '要求された有効期間',
    findings: {
      unset: {
        short: '有効期間は署名者が決定',
        summary: '有効期間を指定していません。署名者が決めます。',
      },
      within: {
        short: '許可された有効期間内',
        summary: '設定で許可された有効期間を要求しています。',
      },
      tooLong: {
        short: '{seconds} を要求、許可は {max} まで',
        summary:
          '有効期間が {seconds} の証明書を要求していますが、設定で許可されているのは {max} までです。証明書は、期限が切れるまで取り消せません。',
        decision: '拒否するか、この有効期間が必要な場合は、設定の上限を引き上げてください。',
      },
    },
  },
  'policy.rules': {
    title: 'ポリシーのルール',
    findings: {
      none: {
        short: 'ポリシーに独自のルールはありません',
        summary: 'ポリシーに独自のルールはありません。',
      },
      satisfied: {
        short: 'ポリシーのルールどおり',
        summary: 'ポリシーのすべてのルールを満たしています。',
      },
      broken: {
        short: 'ルール「{rule}」: {message}',
        summary: 'ポリシーのルール「{rule}」を満たしていません: {message}',
        decision:
          '承認する前に、満たしていない理由を調べるか、ポリシーのルールを修正してください。',
      },
      untold: {
        short: 'ルール「{rule}」を評価できませんでした',
        summary:
          'ポリシーのルール「{rule}」を満たしているかどうかを判断できませんでした。CEL の処理系のメッセージ: {why}',
        remedy: 'ポリシーのルールを修正するか、ルールが求める内容を直接確認してください。',
      },
      neither: {
        short: 'ルール「{rule}」の結果が true でも false でもありません',
        summary: 'ポリシーのルール「{rule}」の結果が、true でも false でもありません。',
        remedy: 'ポリシーのルールを修正するか、ルールが求める内容を直接確認してください。',
      },
      notAscii: {
        short: 'ルール「{rule}」を評価できませんでした: ASCII 以外の文字',
        summary:
          'ポリシーのルール「{rule}」は、ASCII ではない文字列をパターンと照合します。`matches` は、このような文字列には結果を返しません。',
        remedy: 'ルールが求める内容を直接確認してください。',
      },
      tooLong: {
        short: 'ルール「{rule}」を評価できませんでした: {field} が長すぎます',
        summary:
          '{field} が {most} 文字を超えているため、ポリシーのルール「{rule}」を評価していません。',
        remedy: 'ルールが求める内容を直接確認してください。',
      },
      tooMany: {
        short: 'ルール「{rule}」を評価できませんでした: {field} の値が多すぎます',
        summary:
          '{field} の値が {most} 個を超えているため、ポリシーのルール「{rule}」を評価していません。',
        remedy: 'ルールが求める内容を直接確認してください。',
      },
      cutField: {
        short: 'ルールを評価できませんでした: {field} が長すぎます',
        summary:
          'ポリシーのルールは Node または Machine の {field} を参照する可能性がありますが、この値は、ここで読み取れる長さを超えています。',
        remedy: 'ルールが求める内容を直接確認してください。',
      },
      nodesUnreadable: {
        ...unread.nodes,
        short: 'ルールを評価できませんでした: Node を読み取れません',
        summary: 'ポリシーのルールは Node を参照する可能性がありますが、Node を読み取れません。',
      },
      machinesUnreadable: {
        ...unread.machines,
        short: 'ルールを評価できませんでした: Machine を読み取れません',
        summary:
          'ポリシーのルールは Machine を参照する可能性がありますが、Machine を読み取れません。',
      },
      machinesPartly: {
        ...unread.machinesPartly,
        short: 'ルールを評価できませんでした: 一部の Machine を読み取れません',
        summary:
          'ポリシーのルールは Machine を参照する可能性がありますが、一部の Machine を読み取れません。',
      },
      noName: {
        short: 'マシンを 1 台に特定できません',
        summary: 'この要求からは、ルールの対象となるマシンを 1 台に特定できません。',
      },
    },
  },
  'key.strength': {
    title: '鍵の強度',
    findings: {
      strong: { short: '十分な強度の鍵', summary: '鍵の強度は十分です。' },
      weak: {
        short: '弱い鍵: {key}',
        summary: '鍵は {key} です。破られる可能性があるか、誰も検証しない種類の鍵です。',
        decision: '拒否してください。kubelet が自ら作成する鍵は、P-256 の ECDSA です。',
      },
      tooLarge: {
        short: '大きすぎる鍵: {key}',
        summary:
          '鍵は {key} です。Kubernetes は、8192 ビットを超える RSA 鍵の証明書を受け付けません。',
        decision: '拒否してください。kubelet が自ら作成する鍵は、P-256 の ECDSA です。',
      },
      unreadable: unread.request,
    },
  },
  'node.localhost': {
    title: '固有の名前',
    findings: {
      named: { short: '固有の名前あり', summary: 'マシンには固有の名前があります。' },
      localhost: {
        short: '{node} と名乗っています: ホスト名が未設定',
        summary:
          'マシンが {node} と名乗っています。kubelet の起動時に、ホスト名が設定されていませんでした。このようなマシンは、すべて同じノードを名乗ることになります。',
        decision:
          'マシンのホスト名を設定し (DHCP、DNS、または `hostnamectl`)、kubelet を再起動してください。この要求は承認しないでください。',
      },
      noName: {
        short: 'ノードを示す名前がありません',
        summary: '要求に、ノードを示す名前がありません。',
      },
    },
  },
  'signer.inScope': {
    title: '署名者',
    findings: {
      kubelet: {
        short: 'kubelet の署名者',
        summary: '署名者は、kubelet が使う 2 つの署名者の 1 つです。',
      },
      grantsControl: {
        short: 'クラスターを制御する権限を付与: {groups}',
        summary:
          'kubelet の参加によるものではありません。この証明書は、{groups} に属する {user} に、クラスターを制御する権限を与えます。証明書は取り消せません。',
        decision:
          '誰がなぜ要求したかがわかっている場合に限り、コマンドラインで承認してください。ここで承認待ちになっていることは、承認する理由になりません。',
      },
      grantsUser: {
        short: '{user} としての API アクセスを付与',
        summary:
          'kubelet の参加によるものではありません。証明書の保持者は、期限が切れるまで、{groups} に属する {user} として操作できます。',
        remedy: '誰が要求したかを調べてください。一括承認の対象になることはありません。',
      },
      grantsUntold: {
        short: 'API アクセスを付与: 対象を特定できません',
        summary:
          'kubelet の参加によるものではありません。この証明書は API サーバーへのアクセスを与えますが、誰としてのアクセスになるかを、この要求からは特定できません。',
        remedy: '誰が要求したかを調べてください。一括承認の対象になることはありません。',
      },
      otherSigner: {
        short: '別のコントローラーが署名します',
        summary:
          '署名者 {signer} は、kubelet のものではありません。証明書が何を許可するかは、この署名者が決めることです。',
        remedy: 'この署名者を扱うコントローラーに任せるか、誰が要求したかを調べてください。',
      },
      otherSignerControl: {
        short: 'この署名者の CA が信頼されている場合、クラスターを制御する権限を付与: {groups}',
        summary:
          '署名者 {signer} は、kubelet のものではありません。API サーバーがこの署名者の CA を信頼している場合、この証明書は {groups} に、クラスターを制御する権限を与えます。証明書は取り消せません。',
        decision:
          '誰が要求したか、API サーバーの `--client-ca-file` にその CA が含まれるかを調べてください。{groups} を要求する理由を誰も知らない場合は、要求を拒否してください。',
      },
    },
  },
}
