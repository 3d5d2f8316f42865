/**
 * The lines of an NDJSON answer as they arrive. A line that is not JSON is skipped (its item then
 * counts as not told); a connection that breaks rejects.
 */
export async function* readLines(response: Response): AsyncGenerator<unknown, void, undefined> {
  if (response.body === null) return
  const reader = response.body.getReader()
  const decoder = new TextDecoder()
  let rest = ''
  try {
    for (;;) {
      const { done, value } = await reader.read()
      const lines = (
        rest + (done ? decoder.decode() : decoder.decode(value, { stream: true }))
      ).split('\n')
      rest = done ? '' : (lines.pop() ?? '')
      for (const line of lines) {
        if (line.trim() === '') continue
        const parsed = parseLine(line)
        if (parsed !== undefined) yield parsed
      }
      if (done) return
    }
  } finally {
    await reader.cancel().catch(() => {})
  }
}

function parseLine(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}
