import { renderToStaticMarkup } from 'react-dom/server'
import { expect, it } from 'vitest'
import { reasonForAll } from '#components/decide/off-reason.tsx'
import { KUBE_APISERVER_CLIENT_KUBELET, KUBELET_SERVING } from '#lib/csr/names.ts'
import { en } from '#lib/messages/en.ts'
import type { CanDecide, CannotDecide } from '#lib/query/shown-feed.ts'

const { off } = en.common
const commandFor = (signerNames: readonly string[]) => `allow ${signerNames.join(' ')}`
const CLIENT = KUBE_APISERVER_CLIENT_KUBELET
const SERVING = KUBELET_SERVING
const OTHER = 'example.com/other'

type Asked = readonly (readonly [signerName: string, can: CannotDecide | 'ok'])[]

const asked = (asks: Asked) =>
  asks.map(([name, can]): readonly [string, CanDecide] => [
    name,
    can === 'ok' ? { ok: true } : { ok: false, reason: can },
  ])

it.each<readonly [ticked: string, Asked, text: string | null]>([
  ['nothing', [], null],
  ['what can be decided', [[CLIENT, 'ok']], null],
  [
    'one without the right, one with it',
    [
      [CLIENT, 'noSigner'],
      [SERVING, 'ok'],
    ],
    null,
  ],
  ['one without the right', [[CLIENT, 'noSigner']], off.noSigner.spoken([CLIENT])],
  [
    'of two signers, without the right for either',
    [
      [CLIENT, 'noSigner'],
      [SERVING, 'noSigner'],
    ],
    off.noSigner.spoken([CLIENT, SERVING]),
  ],
  [
    'without the right, and of a signer that is not listed',
    [
      [OTHER, 'notListed'],
      [CLIENT, 'noSigner'],
    ],
    `${off.noSigner.spoken([CLIENT])} ${off.notListed}`,
  ],
  ['of a signer that is not listed', [[OTHER, 'notListed']], off.notListed],
  [
    'without the right for any',
    [
      [CLIENT, 'noApproval'],
      [SERVING, 'noApproval'],
    ],
    off.noApproval.spoken,
  ],
  [
    'while not live',
    [
      [CLIENT, 'notLive'],
      [SERVING, 'notLive'],
    ],
    off.notLive,
  ],
])('the reason that no request of a selection can be decided: %s', (_, asks, text) => {
  expect(reasonForAll(asked(asks), en, commandFor)?.text ?? null).toBe(text)
})

it('one command gives all rights that are missing for several signers', () => {
  const reason = reasonForAll(
    asked([
      [CLIENT, 'noSigner'],
      [SERVING, 'noSigner'],
    ]),
    en,
    commandFor,
  )
  const shown = renderToStaticMarkup(reason?.more).replaceAll('&quot;', '"')
  expect(shown).toContain(off.noSigner.title('several'))
  expect(/<pre[^>]*>([^<]*)/.exec(shown)?.[1]).toBe(commandFor([CLIENT, SERVING]))
})
