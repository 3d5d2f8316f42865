import type { Whose } from '#lib/messages/en/counts.ts'

export type { Whose } from '#lib/messages/en/counts.ts'

export const machines = (count: number) => `マシン ${count} 台`
export const requests = (count: number) => `要求 ${count} 件`

/** The result includes the number: `3 台が対応待ち`. */
export function need(count: number, whose: Whose): string {
  return `${count} 台が${whose === 'mine' ? '' : '承認権限を持つ人の'}対応待ち`
}
