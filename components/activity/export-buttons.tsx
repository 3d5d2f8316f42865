import { Download } from 'lucide-react'
import { Button } from '#components/ui/button.tsx'
import { useMessages } from '#components/ui/messages.tsx'
import { SavingFailed, useSaving } from '#components/ui/saving.tsx'
import { readExport, readRecord } from '#lib/query/queries.ts'
import { useLiveClient } from '#lib/query/tab-client.ts'
import { EXPORT_FORMATS } from '#lib/wire/views.ts'

/** Buttons that save every decision matching the filter as a file. In the desktop page only. */
export function ExportButtons({ filter }: { readonly filter: Parameters<typeof readExport>[1] }) {
  const { export: texts } = useMessages().activity
  const client = useLiveClient()
  const { state, save } = useSaving()
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for the fields of a form
    <div
      role="group"
      aria-label={texts.label}
      className="ml-auto flex items-center gap-2 max-tablet:hidden print:hidden"
    >
      <SavingFailed state={state} />
      {EXPORT_FORMATS.map((format) => (
        <Button
          icon={Download}
          key={format}
          busy={state === 'busy'}
          onClick={() =>
            save(`countersign-activity.${format}`, () => readExport(client, filter, format))
          }
        >
          {texts.formats[format]}
        </Button>
      ))}
    </div>
  )
}

/**
 * Button that saves the whole record, or one machine's part of it, as a file. In the desktop page
 * only.
 */
export function RecordButton({ machine }: { readonly machine: string | undefined }) {
  const { export: texts } = useMessages().activity
  const client = useLiveClient()
  const { state, save } = useSaving()
  return (
    <div className="flex items-center gap-2 max-tablet:hidden print:hidden">
      <SavingFailed state={state} />
      <Button
        icon={Download}
        busy={state === 'busy'}
        onClick={() => save('countersign-record.jsonl', () => readRecord(client, machine))}
      >
        {machine === undefined ? texts.record : texts.recordOfMachine}
      </Button>
    </div>
  )
}
