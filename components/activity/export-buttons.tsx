import { Download } from 'lucide-react'
import { useState } from 'react'
import { useMessages } from '#components/messages.tsx'
import { Button } from '#components/ui/button.tsx'
import { Icon } from '#components/ui/icon.tsx'
import { EXPORT_FORMATS, type ExportFormat } from '#lib/query/domain-types.ts'
import { readExport } from '#lib/query/joins.ts'
import { useLiveClient } from '#lib/query/tab-client.ts'

interface ExportButtonsProps {
  readonly filter: Parameters<typeof readExport>[1]
}

/** Saves every decision that the filter matches as a file. */
export function ExportButtons({ filter }: ExportButtonsProps) {
  const { export: texts } = useMessages().activity
  const client = useLiveClient()
  const [state, setState] = useState<'idle' | 'busy' | 'failed'>('idle')

  async function save(format: ExportFormat): Promise<void> {
    setState('busy')
    try {
      const address = URL.createObjectURL(await readExport(client, filter, format))
      const link = document.createElement('a')
      link.href = address
      link.download = `countersign-activity.${format}`
      link.click()
      URL.revokeObjectURL(address)
      setState('idle')
    } catch {
      setState('failed')
    }
  }

  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for the fields of a form
    <div role="group" aria-label={texts.label} className="ml-auto flex items-center gap-2">
      <span role="status" className="text-bad-fg">
        {state === 'failed' ? texts.failed : ''}
      </span>
      {EXPORT_FORMATS.map((format) => (
        <Button key={format} busy={state === 'busy'} onClick={() => void save(format)}>
          <Icon of={Download} size="small" />
          {texts.formats[format]}
        </Button>
      ))}
    </div>
  )
}
