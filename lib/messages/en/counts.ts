export const machines = (count: number) => (count === 1 ? '1 machine' : `${count} machines`)
export const requests = (count: number) => (count === 1 ? '1 request' : `${count} requests`)

/** `others`: said to a person who may not approve. */
export function need(count: number, whose: 'mine' | 'others'): string {
  return `${count === 1 ? 'needs' : 'need'} ${whose === 'mine' ? 'you' : 'someone who may approve'}`
}
