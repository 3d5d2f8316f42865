import { useState } from 'react'
import { useMessages } from '#components/ui/messages.tsx'

type SavingState = 'idle' | 'busy' | 'failed'

/** Says that the file was not saved. */
export function SavingFailed({ state }: { readonly state: SavingState }) {
  const { common } = useMessages()
  return (
    <span role="status" className="text-bad-fg">
      {state === 'failed' ? common.notSaved : ''}
    </span>
  )
}

/** Saves what a call answers as a file. */
export function useSaving() {
  const [state, setState] = useState<SavingState>('idle')

  async function saveAs(name: string, read: () => Promise<Blob>): Promise<void> {
    setState('busy')
    try {
      const address = URL.createObjectURL(await read())
      const link = document.createElement('a')
      link.href = address
      link.download = name
      link.click()
      URL.revokeObjectURL(address)
      setState('idle')
    } catch {
      setState('failed')
    }
  }
  return {
    state,
    save: (name: string, read: () => Promise<Blob>) => void saveAs(name, read),
  }
}
