import { FlaskConical, type LucideIcon, ShieldAlert } from 'lucide-react'
import { classNames } from '#components/ui/class-names.ts'
import { Icon } from '#components/ui/icon.tsx'
import { useMessages, Words } from '#components/ui/messages.tsx'
import { useCluster } from '#lib/query/live.ts'

/** Warnings about the whole cluster, above the page. */
export function ClusterBanners({ demo }: { readonly demo: boolean }) {
  const { shell } = useMessages()
  const cluster = useCluster()
  return (
    <>
      {demo && <Banner of={FlaskConical} tone="accent" words={shell.demo} />}
      {cluster?.insecure === true && <Banner of={ShieldAlert} tone="bad" words={shell.insecure} />}
    </>
  )
}

const TONES = {
  accent: 'border-accent-fg/20 bg-accent-tint text-accent-fg',
  bad: 'border-bad-fg/20 bg-bad-tint text-bad-fg',
}

interface BannerProps {
  readonly of: LucideIcon
  readonly tone: keyof typeof TONES
  readonly words: { readonly label: string; readonly title: string; readonly text: string }
}

/** A banner that cannot be closed. */
function Banner({ of, tone, words }: BannerProps) {
  return (
    <aside aria-label={words.label} className={classNames('border-b', TONES[tone])}>
      <p className="flex min-h-8 items-center gap-2 px-6 py-1 text-xs max-tablet:px-3.5">
        <Icon of={of} size="small" />
        <span>
          <strong className="font-semibold">{words.title}</strong> <Words text={words.text} />
        </span>
      </p>
    </aside>
  )
}
