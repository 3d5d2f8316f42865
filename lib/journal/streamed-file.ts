/** The person who saves a file. */
export interface FileReader {
  /** Aborts when the person may see no more; null where they always may. */
  readonly viewing: AbortSignal | null
  /** Reads once the person's reads before it have ended. */
  inTurn<Read>(read: () => Promise<Read>): Promise<Read>
}

/** A file to save, sent as its texts are read; broken off when the reader may see no more. */
export function streamedFile(
  texts: AsyncGenerator<string>,
  {
    type,
    name,
  }: {
    /** The Content-Type. */
    readonly type: string
    readonly name: string
  },
  viewing: AbortSignal | null,
): Response {
  const encoder = new TextEncoder()
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      // A slow reader may outlast the right to see.
      if (viewing?.aborted === true) throw new DOMException('The session is over.', 'AbortError')
      const { done, value } = await texts.next()
      if (done === true) controller.close()
      else controller.enqueue(encoder.encode(value))
    },
    async cancel() {
      await texts.return(undefined)
    },
  })
  return new Response(body, {
    headers: {
      'content-type': type,
      'content-disposition': `attachment; filename="${name}"`,
      'cache-control': 'no-store',
    },
  })
}
