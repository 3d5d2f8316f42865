import type { CsrOptions } from '#lib/csr/fixtures/make-csr.ts'
import type { CheckCode } from '#lib/csr/model.ts'
import { files, type Story, type Victim } from './story.ts'

/** One thing that is wrong with a serving request, and the check that has to see it. */
export interface Fault {
  readonly name: string
  readonly check: CheckCode
  /** The check that is told first, where another one sees it, too. */
  readonly toldBy?: CheckCode
  /** What it is a fault of: `request` leaves the machine as it is. */
  readonly of: 'request' | 'machine'
  /** The API server itself takes no such request. */
  readonly turnedAway?: true
  /** All stories of it are of the same machine, so that nothing else can be wrong with that one. */
  readonly oneMachine?: true
  /** What it replaces: of two such the one would undo the other. */
  readonly replaces?: 'name' | 'key' | 'machine'
  /** What asks for no name and no address cannot ask for an odd one. */
  readonly sans?: 'none' | 'more'
  /** Checks that can see nothing then, and why stands beside it. */
  readonly hides?: readonly CheckCode[]
  /** The victim is made for whoever asks for it. */
  readonly apply: (story: Story, victim: () => Victim) => Story
}

/** Whether one request can have both, for two checks to see. */
export function canMeet(first: Fault, second: Fault): boolean {
  const both = [first, second]
  const apart = both.some(({ oneMachine }) => oneMachine === true)
  const machine = both.filter(({ of }) => of === 'machine')
  const undone = first.replaces !== undefined && first.replaces === second.replaces
  const sans = both.map((fault) => fault.sans)
  const absurd = sans.includes('none') && sans.includes('more')
  return first.check !== second.check && !(apart && machine.length > 1) && !undone && !absurd
}

/** The checks that have to fail: each of its own, but for what another of them hides. */
export function checksToFail(faults: readonly Fault[]): readonly CheckCode[] {
  const hidden = faults.flatMap(({ hides = [] }) => hides)
  return faults.map(({ check }) => check).filter((check) => !hidden.includes(check))
}

export function asks(
  name: string,
  check: CheckCode,
  odd: (story: Story, victim: () => Victim) => CsrOptions,
): Fault {
  return {
    name,
    check,
    of: 'request',
    apply: (story, victim) => files(story, odd(story, victim)),
  }
}

/** The same, of one that asks for a name or an address more. */
export function asksMore(...fault: Parameters<typeof asks>): Fault {
  return { ...asks(...fault), sans: 'more' }
}

export function has(name: string, check: CheckCode, apply: Fault['apply']): Fault {
  return { name, check, of: 'machine', apply }
}

export function hasMore(...fault: Parameters<typeof has>): Fault {
  return { ...has(...fault), sans: 'more' }
}
