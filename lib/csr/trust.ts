import type { Verdict } from '#lib/csr/model.ts'

/** Nothing speaks against it. Whether anything confirms it is another question. */
export function isSound(verdict: string | null): verdict is 'verified' | 'plausible' {
  return verdict === 'verified' || verdict === 'plausible'
}

/** Something speaks against it: a person has to look, and it is part of no bulk. */
export function isHeldBack(verdict: Verdict | null): verdict is 'suspicious' | 'refused' {
  return verdict === 'suspicious' || verdict === 'refused'
}
