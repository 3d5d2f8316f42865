import type { CsrOptions } from '#lib/csr/fixtures/make-csr.ts'
import type { CheckCode } from '#lib/csr/model.ts'
import { files, type Story, type Victim } from './story.ts'

/** One fault of a serving request, and the check that must find it. */
export interface Fault {
  readonly name: string
  readonly check: CheckCode
  /** Check that is reported first, where another one finds the fault too. */
  readonly reportedBy?: CheckCode
  /** Scope of the fault: `request` leaves the machine unchanged. */
  readonly of: 'request' | 'machine'
  /** The API server itself refuses such a request. */
  readonly turnedAway?: true
  /** All its stories share one machine, so that it cannot have another fault. */
  readonly oneMachine?: true
  /** Part that it replaces: two faults of the same part would undo each other. */
  readonly replaces?: 'name' | 'key' | 'machine'
  /** A request without any name or address cannot ask for a wrong one. */
  readonly sans?: 'none' | 'more'
  /** Checks that cannot judge such a request; a comment beside it has the reason. */
  readonly hides?: readonly CheckCode[]
  /** `victim` makes another machine on demand. */
  readonly apply: (story: Story, victim: () => Victim) => Story
}

/** Whether one request can have both faults, for two checks to find. */
export function canMeet(first: Fault, second: Fault): boolean {
  const both = [first, second]
  const apart = both.some(({ oneMachine }) => oneMachine === true)
  const machine = both.filter(({ of }) => of === 'machine')
  const undone = first.replaces !== undefined && first.replaces === second.replaces
  const sans = both.map((fault) => fault.sans)
  const absurd = sans.includes('none') && sans.includes('more')
  return first.check !== second.check && !(apart && machine.length > 1) && !undone && !absurd
}

/** Checks that must fail: each fault's own, except those hidden by another fault. */
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

/** A fault as above, with the wrong name or address added to the right ones. */
export function asksMore(...fault: Parameters<typeof asks>): Fault {
  return { ...asks(...fault), sans: 'more' }
}

export function has(name: string, check: CheckCode, apply: Fault['apply']): Fault {
  return { name, check, of: 'machine', apply }
}

export function hasMore(...fault: Parameters<typeof has>): Fault {
  return { ...has(...fault), sans: 'more' }
}
