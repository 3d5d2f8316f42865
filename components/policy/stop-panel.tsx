import { Fact, Facts } from '#components/machine/facts.tsx'
import { useMessages } from '#components/ui/messages.tsx'
import { TitledPanel } from '#components/ui/panel.tsx'

/** Effects of the kill switch: the programs it stops, and those that go on. */
export function StopPanel() {
  const { stops } = useMessages().policy
  return (
    <TitledPanel label={stops.title} title={stops.title}>
      <Facts>
        {(['stops', 'goesOn', 'until', 'not'] as const).map((each) => (
          <Fact key={each} name={stops[each].name}>
            {stops[each].text}
          </Fact>
        ))}
      </Facts>
    </TitledPanel>
  )
}
