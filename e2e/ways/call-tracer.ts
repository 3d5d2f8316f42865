/**
 * Worker beside a program: it stops the program's thread at each function of ours that has run
 * before, and notes who called it.
 */
import { type Debugger, Session } from 'node:inspector/promises'
import { parentPort } from 'node:worker_threads'

/** Steps that the program asks for, in this order. */
export type Step = 'forget' | 'stopWhereItRan' | 'told'

const ROOT = new URL('../../', import.meta.url).href
const OURS = /^(?:app|lib)\/(?!.*\/fixtures\/)/
/** Rooms without a way of their own: they compute, keep the time, or check a shape. */
const ASKED = /^lib\/(?:csr\/(?!world\/world)|kube\/transport\/(?:clock|deadline|shape))/

const session = new Session()
session.connectToMainThread()
const files = new Map<string, string>()
/** Files on each stack, the caller first; a file that calls itself stands once. */
const stacks = new Set<string>()
const ready = begin()

async function begin(): Promise<void> {
  session.on('Debugger.scriptParsed', ({ params: { scriptId, url } }) => {
    const path = url.startsWith(ROOT) ? url.slice(ROOT.length) : ''
    if (OURS.test(path)) files.set(scriptId, path)
  })
  session.on('Debugger.paused', ({ params }) => {
    const frames = params.callFrames.map(({ location }) => location.scriptId)
    for (let before = params.asyncStackTrace; before !== undefined; before = before.parent) {
      // A timer or an event begins a new way: the work waited before it.
      if (before.description !== 'await') break
      frames.push(...before.callFrames.map(({ scriptId }) => scriptId))
    }
    const passed = frames.flatMap((id) => files.get(id) ?? []).reverse()
    stacks.add(passed.filter((file, at) => file !== passed[at - 1]).join(' '))
    void session.post('Debugger.resume')
  })
  await session.post('Debugger.enable')
  await session.post('Debugger.setAsyncCallStackDepth', { maxDepth: 16 })
  await session.post('Profiler.enable')
  await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: false })
}

async function stopWhereItRan(): Promise<void> {
  const { result } = await session.post('Profiler.takePreciseCoverage')
  for (const { scriptId, functions } of result) {
    const file = files.get(scriptId)
    if (file === undefined || ASKED.test(file)) continue
    const { scriptSource } = await session.post('Debugger.getScriptSource', { scriptId })
    const ends = [...scriptSource.matchAll(/\n/g)].map(({ index }) => index)
    const locationOf = (offset: number): Debugger.Location => {
      const lineNumber = ends.filter((end) => end < offset).length
      return { scriptId, lineNumber, columnNumber: offset - 1 - (ends[lineNumber - 1] ?? -1) }
    }
    for (const { functionName, ranges } of functions) {
      const [range] = ranges
      if (range === undefined || range.count === 0 || functionName === '') continue
      const { locations } = await session.post('Debugger.getPossibleBreakpoints', {
        start: locationOf(range.startOffset),
        end: locationOf(range.endOffset),
        restrictToFunction: true,
      })
      const [location] = locations
      // Two functions may begin in one place.
      if (location !== undefined)
        await session.post('Debugger.setBreakpoint', { location }).catch(() => {})
    }
  }
}

const does: Readonly<Record<Step, () => Promise<unknown>>> = {
  forget: () => session.post('Profiler.takePreciseCoverage').then(() => null),
  stopWhereItRan,
  told: async () => [...stacks],
}

parentPort?.on('message', (step: Step) => {
  void ready.then(does[step]).then((told) => parentPort?.postMessage(told))
})
