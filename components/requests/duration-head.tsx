const [FIRST, SECOND] = ['REQUESTED', 'DURATION']

/** kubectl's longest head, on two lines: its values are short, those of its neighbour long. */
export function DurationHead() {
  return (
    <>
      {FIRST}
      <wbr />
      {SECOND}
    </>
  )
}
