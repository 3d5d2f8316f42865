import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'

/** Facts that `up` reports at first, and again on `info`. Paths are absolute, inside `dir`. */
export interface ClusterInfo {
  /** The folder of the cluster; `logs/<name>.log` is each process's output. */
  readonly dir: string
  readonly server: string
  /** The CA file for server, clients and kubelets. */
  readonly ca: string
  readonly kubeconfigs: Readonly<Record<string, string>>
  /** The API server's audit log in JSON lines. */
  readonly auditLog: string
  /** Reason that real kubelets cannot run here (no root, no iproute2); '' when they can. */
  readonly noKubelets: string
  /** Pids of the cluster's running processes, by name. */
  readonly pids: Readonly<Record<string, number>>
  /** Milliseconds from the start until ready. */
  readonly readyMs: number
}

export interface Order {
  readonly do: string
  readonly name?: string
  readonly bootstrap?: string
  readonly count?: number
  readonly flags?: readonly string[]
}

interface Answer {
  readonly id: number
  readonly error?: string
  readonly result?: unknown
}

/**
 * Garbage collection at four times the live heap: a test's cluster is small and short-lived. A
 * fifth less processor time.
 */
const FEW_COLLECTIONS = { GOGC: '400' }

/** Time limit for stopping a cluster: usually 1–3 s; its parts are killed after 10 s each. */
const STOP_MS = 60_000

/**
 * The Go process that owns a cluster. It reads standard input: when this process ends, even by
 * SIGKILL, it takes everything down.
 */
export class Supervisor {
  readonly #child: ChildProcess
  readonly #exited: Promise<unknown>
  readonly #waiting = new Map<number, (answer: Answer) => void>()
  #next = 1
  #ended: string | null = null

  private constructor(child: ChildProcess) {
    this.#child = child
    this.#exited = once(child, 'exit').then(([code, signal]) => {
      this.#ended = `the cluster ended (${code ?? signal})`
      for (const [id, settle] of this.#waiting) settle({ id, error: this.#ended })
      this.#waiting.clear()
    })
    if (child.stdout) {
      createInterface({ input: child.stdout }).on('line', (line) => {
        const answer: Answer = JSON.parse(line)
        this.#waiting.get(answer.id)?.(answer)
        this.#waiting.delete(answer.id)
      })
    }
    child.stdin?.on('error', () => {}) // it has ended: `#exited` reports it
  }

  /** Resolves when the cluster is ready; throws with the failed part's last output. */
  static async start(binary: string, options: object): Promise<[Supervisor, ClusterInfo]> {
    // A process group of its own: the caller gets Ctrl-C and stops the cluster in order.
    const child = spawn(binary, ['up', `--options=${JSON.stringify(options)}`], {
      detached: true,
      stdio: ['pipe', 'pipe', 'ignore'],
      env: { ...FEW_COLLECTIONS, ...process.env },
    })
    const supervisor = new Supervisor(child)
    try {
      return [supervisor, (await supervisor.#answer(0)) as ClusterInfo]
    } catch (error) {
      await supervisor.stop()
      throw error
    }
  }

  /** Sends an order; throws an error that the cluster answers. */
  ask(order: Order): Promise<unknown> {
    const id = this.#next++
    const answer = this.#answer(id)
    this.#child.stdin?.write(`${JSON.stringify({ id, ...order })}\n`)
    return answer
  }

  /** Resolves when no process, address or file of it remains. Safe to call twice. */
  async stop(): Promise<void> {
    this.#child.stdin?.end()
    const hard = setTimeout(() => this.#child.kill('SIGKILL'), STOP_MS)
    await this.#exited
    clearTimeout(hard)
  }

  #answer(id: number): Promise<unknown> {
    return new Promise((resolve, reject) => {
      if (this.#ended) return reject(new Error(this.#ended))
      this.#waiting.set(id, (answer) =>
        answer.error === undefined ? resolve(answer.result) : reject(new Error(answer.error)),
      )
    })
  }
}
