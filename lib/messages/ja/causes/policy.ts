import type { POLICY_CAUSES } from '#lib/csr/causes/policy-causes.ts'
import { sentences } from '#lib/messages/grammar/sentences.ts'

export const policyCauses = sentences<typeof POLICY_CAUSES>()({
  policyTooLarge: 'ポリシーの上限は {bytes} バイトです。',
  policyMalformed: 'YAML ではありません: 「{said}」',
  policyAnchor: 'ポリシーでは、アンカー (&name) は使えません。',
  policyAlias: 'ポリシーでは、エイリアス (*name) は使えません。',
  policyTag: 'ポリシーでは、YAML のタグは使えません。',
  policyExplicitKey: 'ポリシーでは、? で始まるキーは使えません。',
  policyDirective: 'ポリシーでは、ディレクティブ (%YAML) は使えません。',
  policyTooDeep: 'ポリシーとしては、入れ子が深すぎます。',
  policyTooMuch: 'ポリシーの上限は、フィールド {fields} 個、値 {values} 個です。',
  fieldUnknown: 'ここでは、フィールド {field} は使えません。',
  fieldUnknownNear: 'ここでは、フィールド {field} は使えません。{meant} の間違いではありませんか。',
  fieldMissing: '{field} がありません。',
  fieldNotAMap: '{field} は、フィールドのマップでなければなりません。',
  fieldNotAList: '{field} は、リストでなければなりません。',
  fieldNotAText: '{field} は、文字列でなければなりません。引用符で囲んでください。',
  fieldNotAFlag: '{field} は、true または false でなければなりません。',
  fieldNotANumber: '{field} は、数値でなければなりません。',
  fieldNotWhole: '{field} は、整数でなければなりません。',
  fieldOfOtherType: '{field} の型は、{type} でなければなりません。',
  // The list may hold a single value.
  fieldNotOneOf: '{field} に指定できる値: {values}。',
  fieldNotOneOfMany: '{field} は、決められた {count} 個の名前のいずれかでなければなりません。',
  fieldNotOneOfManyNear:
    '{field} は、決められた {count} 個の名前のいずれかでなければなりません。{meant} の間違いではありませんか。',
  fieldTooLarge: '{field} は、{most} 以下でなければなりません。',
  fieldTooLong: '{field} は、{most} 文字以内でなければなりません。',
  fieldTooMany: '{field} の値は、{most} 個以内でなければなりません。',
  fieldEmpty: '{field} を空にすることはできません。',
  fieldTooSmall: '{field} は、{least} 以上でなければなりません。',
  fieldTwice: '{field} が 2 回あります。',
  fieldOutOfRange: '{field} は、{least} から {most} まででなければなりません。',
  fieldInvisible: '{field} に、見えない文字や制御文字を含めることはできません。',
  fieldNoPrefix:
    '{field} がプレフィックスではありません。192.0.2.0/24 や 2001:db8::/32 のような形式で指定してください。',
  fieldManyStars: '{field} に * が 9 個以上あります。使えるのは 8 個までです。',
  fieldNoDnsName: '{field} が名前ではありません。使えるのは英小文字、数字、-、. です。',
  fieldNoExpiration:
    '{field} は、90m、24h、366d のように、分、時間、日のいずれかで指定してください。',
  fieldNoTimeSpan: '{field} は、90m、24h、1d のように、分、時間、日のいずれかで指定してください。',
  fieldNoPattern: '{field} は、名前でなければなりません。ほかの文字の代わりに * と ? を使えます。',
  fieldNoSigner:
    '{field} は、example.com/my-signer のような、1 つの署名者の名前でなければなりません。',
  fieldNoRuleName:
    '{field} は、63 文字以内でなければなりません。使えるのは英字、数字、空白、ピリオド、ハイフン、アンダースコアです。',
  fieldBadForm: '{field} が正しい形式ではありません。',
  fieldSaid: '{field}: 「{said}」',
  rulesTooCostly:
    'ここまでのルールは、合計で {steps} ステップかかる可能性があります。上限は {most} ステップです。',
  ruleTooLong: 'ルールの上限は {most} 文字です。',
  ruleTooNested: '括弧の入れ子は {most} 段までです。',
  ruleTooCostly:
    'このルールは、最大の要求に対して {steps} ステップかかる可能性があります。上限は {most} ステップです。`map`、`filter`、二重のループではなく、`all`、`exists`、`exists_one` のいずれかを 1 回だけ使ってください。',
  ruleNotCel: 'CEL ではありません。',
  ruleSaid: 'CEL の処理系のメッセージ: 「{said}」',
  ruleNotAFlag: 'ルールの結果は、true または false でなければなりません。',
  ruleUnknownName: 'ここでは、{name} は使えません。',
  ruleUnknownNameNear: 'ここでは、{name} は使えません。{meant} の間違いではありませんか。',
  ruleUnknownField: 'ここでは、フィールド {name} は使えません。',
  ruleUnknownFieldNear:
    'ここでは、フィールド {name} は使えません。{meant} の間違いではありませんか。',
  ruleUnknownFunction: 'ここでは、関数 {name} は使えません。',
  ruleUnknownFunctionNear: 'ここでは、関数 {name} は使えません。{meant} の間違いではありませんか。',
  ruleUnknownSyntax: 'ここで使えるのは、値、リスト、呼び出しだけです。',
  ruleNoFields: 'ここでは、.{name} は使えません。この値にはフィールドがありません。',
  ruleFieldNotText: 'フィールドの名前は、文字列で指定してください。',
  ruleNotAList: '繰り返し処理できるのは、リストだけです。',
  ruleTooManyLoops: 'ループの入れ子は {most} 段までです。',
  rulePrefix: '`inPrefix` のプレフィックスは、"192.0.2.0/24" のようにそのまま書いてください。',
  rulePatternNotConstant:
    '`matches` のパターンは、そのまま書いてください。値から取ることはできません。',
  patternSaid: 'パターンの処理系 (RE2) のメッセージ: 「{said}」',
  patternTooLong: 'パターンの上限は {most} 文字です。',
  patternTooComplex: 'パターンが複雑すぎます。繰り返しと選択肢を減らしてください。',
  patternBoundary: 'ここで使えるのは ^ と $ だけです。\\b、\\B、(?m) は使えません。',
})
