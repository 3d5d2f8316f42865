export const machines = (count: number) => (count === 1 ? '1 machine' : `${count} machines`)
export const requests = (count: number) => (count === 1 ? '1 request' : `${count} requests`)

/** Party that must act; `others` is for a viewer who may not approve. */
export type Whose = 'mine' | 'others'

export function need(count: number, whose: Whose): string {
  return `${count === 1 ? 'needs' : 'need'} ${whose === 'mine' ? 'you' : 'someone who may approve'}`
}
