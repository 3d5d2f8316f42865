import { describe, expect, it } from 'vitest'
import { type StageFacts, stopsOf } from '#components/machines/stage-tracker.tsx'

const facts = (odd: Partial<StageFacts>): StageFacts => ({
  stage: 'clientRequested',
  waiting: false,
  waitingForSigner: false,
  ...odd,
})

describe('the five stops of the stage tracker', () => {
  it.each<[string, Partial<StageFacts>, number, string]>([
    ['yours', { waiting: true }, 0, 'now ahead ahead ahead ahead'],
    ['the signer’s', { waitingForSigner: true }, 0, 'wait ahead ahead ahead ahead'],
    ['the kubelet’s', { stage: 'clientIssued' }, 1, 'done wait ahead ahead ahead'],
    ['yours again', { stage: 'servingRequested', waiting: true }, 2, 'done done now ahead ahead'],
    ['almost', { stage: 'servingIssued' }, 3, 'done done done wait ahead'],
    ['joined', { stage: 'ready' }, 4, 'all all all all all'],
    [
      'joined, but a request waits',
      { stage: 'ready', waiting: true },
      4,
      'done done done done now',
    ],
    ['failed at serving', { stage: 'failed', stoppedAt: 2 }, 2, 'done done failed ahead ahead'],
    ['denied at once', { stage: 'denied', stoppedAt: 0 }, 0, 'denied ahead ahead ahead ahead'],
  ])('the stage tracker shows whose turn it is: %s', (_, odd, at, stops) => {
    expect(stopsOf(facts(odd))).toEqual({ at, stops: stops.split(' ') })
  })
})
