const [FIRST, SECOND] = ['REQUESTED', 'DURATION']

/** kubectl's longest head, on two lines, because its values are short. */
export function DurationHead() {
  return (
    <>
      {FIRST}
      <wbr />
      {SECOND}
    </>
  )
}
