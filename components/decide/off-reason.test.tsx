import { renderToStaticMarkup } from 'react-dom/server'
import { expect, it } from 'vitest'
import { reasonForAll } from '#components/decide/off-reason.tsx'
import { KUBE_APISERVER_CLIENT_KUBELET, KUBELET_SERVING } from '#lib/csr/names.ts'
import { en } from '#lib/messages/en.ts'
import type { CannotDecide } from '#lib/query/may-decide.ts'

const { off } = en.common
const commandFor = (signerNames: readonly string[]) => `allow ${signerNames.join(' ')}`
const CLIENT = KUBE_APISERVER_CLIENT_KUBELET
const SERVING = KUBELET_SERVING
const OTHER = 'example.com/other'

type Can = CannotDecide | 'ok'

/** Whether requests of each signer can be decided: the client's, the serving one, another one. */
const asked = (...[client, serving, other]: readonly (Can | null)[]) =>
  Object.entries({ [OTHER]: other, [CLIENT]: client, [SERVING]: serving }).flatMap(
    ([name, can]): (readonly [string, CannotDecide | null])[] =>
      can == null ? [] : [[name, can === 'ok' ? null : can]],
  )

it.each<readonly [ticked: string, readonly (Can | null)[], text: string | null]>([
  ['nothing', [], null],
  ['what can be decided', ['ok'], null],
  ['one without the right, one with it', ['noSigner', 'ok'], null],
  ['one without the right', ['noSigner'], off.noSigner.spoken([CLIENT])],
  [
    'of two signers, without the right for either',
    ['noSigner', 'noSigner'],
    off.noSigner.spoken([CLIENT, SERVING]),
  ],
  [
    'without the right, and of a signer that is not listed',
    ['noSigner', null, 'notListed'],
    `${off.noSigner.spoken([CLIENT])} ${off.notListed}`,
  ],
  [
    'without the right, and with it while nothing is recorded',
    ['noSigner', 'notRecorded'],
    `${off.noSigner.spoken([CLIENT])} ${off.notRecorded}`,
  ],
  ['of a signer that is not listed', [null, null, 'notListed'], off.notListed],
  ['without the right for any', ['noApproval', 'noApproval'], off.noApproval.spoken],
  ['while not live', ['notLive', 'notLive'], off.notLive],
])('the reason that no request of a selection can be decided: %s', (_, asks, text) => {
  expect(reasonForAll(asked(...asks), en, commandFor)?.text ?? null).toBe(text)
})

it('one command gives all rights that are missing for several signers', () => {
  const reason = reasonForAll(asked('noSigner', 'noSigner'), en, commandFor)
  const shown = renderToStaticMarkup(reason?.more).replaceAll('&quot;', '"')
  expect(shown).toContain(off.noSigner.title('several'))
  expect(/<pre[^>]*>([^<]*)/.exec(shown)?.[1]).toBe(commandFor([CLIENT, SERVING]))
})
