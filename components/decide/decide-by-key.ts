import { useDecideActions } from '#components/decide/decide-provider.tsx'
import { useOffReasons } from '#components/decide/off-reason.tsx'
import { nextRequest, type Target } from '#components/decide/target.ts'
import { useSay } from '#components/ui/live-region.tsx'
import { useLiveClient } from '#lib/query/client.ts'

/** What `a` and `d` do on every page; false where there is nothing to decide. */
export interface DecideByKey {
  approve(target: Target): boolean
  deny(target: Target): boolean
}

/** The keys do what the buttons do: nothing twice, and while those are off they say why. */
export function useDecideByKey(): DecideByKey {
  const { approve, deny } = useDecideActions()
  const { deciding } = useLiveClient()
  const offReason = useOffReasons()
  const say = useSay()

  function decide(target: Target, act: () => void): boolean {
    const request = nextRequest(target)
    if (request === null) return false
    if (deciding.get().has(request.uid)) return true
    const reason = offReason(request.signerName)
    if (reason === null) act()
    else say(reason.text)
    return true
  }

  return {
    approve(target) {
      if (target.kind === 'machine' && target.machine.next === null) return false
      return decide(target, () => approve(target))
    },
    deny: (target) => decide(target, () => deny([target])),
  }
}
