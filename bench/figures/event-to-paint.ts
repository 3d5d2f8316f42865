import { setTimeout as sleep } from 'node:timers/promises'
import { file, type KubeClient } from '#e2e/fixtures/kube-client.ts'
import { makeCsr } from '#lib/csr/fixtures/make-csr.ts'
import type { Figure, Measured } from '../figure.ts'
import { ROWS, type Tab } from '../paint-watch.ts'
import { median, quantile, spread } from '../quantiles.ts'
import { CROWD, type Crowd, type Rig } from '../rig.ts'

const SAMPLES = 200
/** Events not counted: the first writes of a connection, the first run of code. */
const WARM_UP = 10
/** Random pause between events, so that they do not align with frames or patches. */
const GAP_MS = { least: 40, most: 140 } as const

type Most = Readonly<Record<'p50' | 'p99', number>>

/** A change that a page shows. */
interface Event {
  /** Text that will appear in the row. */
  readonly text: string
  /** CSS of the cell that will have exactly this text. */
  readonly cell?: string
  readonly write: () => Promise<void>
}

interface Scene {
  readonly what: string
  readonly path: string
  readonly event: (kube: KubeClient, node: string, i: number) => Event
}

const SCENES: readonly Scene[] = [
  {
    what: 'a node’s role on Machines',
    path: '/',
    event: (kube, node, i) => ({
      text: `bench-${i},`,
      write: () =>
        patch(kube, `/api/v1/nodes/${node}`, 'merge-patch', {
          metadata: {
            labels: {
              [`node-role.kubernetes.io/bench-${i}`]: '',
              [`node-role.kubernetes.io/bench-${i - 1}`]: null,
            },
          },
        }),
    }),
  },
  {
    what: 'a node’s readiness on Nodes',
    path: '/nodes',
    event: (kube, node, i) => ({
      text: i % 2 === 0 ? 'NotReady' : 'Ready',
      cell: `[data-key="${node}"] > :nth-child(2)`,
      write: () =>
        patch(kube, `/api/v1/nodes/${node}/status`, 'strategic-merge-patch', {
          status: { conditions: [{ type: 'Ready', status: i % 2 === 0 ? 'False' : 'True' }] },
        }),
    }),
  },
  {
    what: 'a new request on Requests',
    path: '/requests',
    event: (kube, _node, i) => {
      const nodeName = `paint-${i}`
      const { request, signerName, usages, requestor } = makeCsr({ kind: 'client', nodeName })
      return {
        text: nodeName,
        write: async () => {
          await file(kube, { request, signerName, usages, as: requestor })
        },
      }
    },
  },
]

/** Time from the API server to the paint, on each of the three lists. */
export const eventToPaint: Figure = {
  name: 'paint',
  method:
    `With ${CROWD.nodes} nodes and ${CROWD.csrs} requests loaded and the page open in Chromium, one object ` +
    'is written at a time and a row in the window changes by it. From just before the write is ' +
    'sent to the API server (so the write itself is in it; its median is given) to two animation ' +
    'frames after the row’s text changed: the second frame begins when the first has been drawn. ' +
    `${SAMPLES} events on each list, ${GAP_MS.least}–${GAP_MS.most} ms apart; one that is not ` +
    'painted within 10 s fails the run.',
  measure: async (rig) => paintOnLists(rig, await rig.crowd(), { p50: 50, p99: 150 }),
}

/** One line for each list, with the targets in milliseconds. */
export async function paintOnLists(
  rig: Rig,
  crowd: Crowd,
  most: Most,
): Promise<readonly Measured[]> {
  const rows: Measured[] = []
  for (const scene of SCENES) rows.push(await play(rig, crowd, scene, most))
  return rows
}

async function play(rig: Rig, { app, kube }: Crowd, scene: Scene, most: Most): Promise<Measured> {
  await using tab = await rig.tab()
  await tab.open(app.at(scene.path))
  const node = await firstNodeInView(tab)
  const took: number[] = []
  const writes: number[] = []
  for (let i = 0; i < WARM_UP + SAMPLES; i++) {
    const event = scene.event(kube, node, i)
    const { painted } = await tab.expect(event.text, event.cell)
    const began = Date.now()
    await event.write()
    writes.push(Date.now() - began)
    took.push((await painted) - began)
    await sleep(GAP_MS.least + Math.random() * (GAP_MS.most - GAP_MS.least))
  }
  const counted = took.slice(WARM_UP)
  const [p50, p99] = [quantile(counted, 0.5), quantile(counted, 0.99)]
  return {
    figure: `event → painted: ${scene.what}, p50 / p99`,
    reach: `≤ ${most.p50} / ${most.p99} ms`,
    measured:
      `${p50.toFixed(0)} / ${p99.toFixed(0)} ms ` +
      `(${spread(counted, [1])}, of it the write ${median(writes).toFixed(0)})`,
    ok: p50 <= most.p50 && p99 <= most.p99,
  }
}

/** Name of a Node with a visible row; '' on a page without Nodes. */
async function firstNodeInView({ page }: Tab): Promise<string> {
  const names = await page.evaluate(
    (selector) =>
      [...document.querySelectorAll<HTMLElement>(selector)]
        .filter((row) => row.getBoundingClientRect().bottom < innerHeight)
        .map(({ dataset }) => dataset.key ?? ''),
    ROWS,
  )
  return names.find((name) => name.startsWith('node-')) ?? ''
}

async function patch(
  kube: KubeClient,
  path: string,
  kind: 'merge-patch' | 'strategic-merge-patch',
  body: object,
): Promise<void> {
  const contentType = `application/${kind}+json`
  const answer = await kube.call('PATCH', path, { contentType, body })
  if (answer.status !== 200) throw new Error(`PATCH ${path}: ${answer.status}`)
}
