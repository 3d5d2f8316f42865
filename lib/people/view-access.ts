import { shellWord } from '#lib/csr/shell-words.ts'
import type { Member } from '#lib/people/member.ts'
import { digest } from '#lib/people/session-store.ts'
import type { ViewAccess } from '#lib/wire/session-answers.ts'

/** The person's right to see, for their page. `role`: ClusterRole with which an admin grants it. */
export function accessOf(
  { view: { right, missing, trouble }, name }: Member,
  role: string,
): ViewAccess {
  switch (right) {
    case 'may':
      return { mayView: true }
    case 'mayNot':
      return { mayView: false, missing, command: grantCommand(name, role) }
    case 'unknown':
      return { mayView: 'unknown', causes: trouble }
  }
}

/** The command with which an admin grants what a viewer needs. */
function grantCommand(name: string, role: string): string {
  return [
    `kubectl create clusterrolebinding ${role}-${suffixOf(name)}`,
    `  --clusterrole=${role}`,
    `  --user=${shellWord(name)}`,
  ].join(' \\\n')
}

/** A part of an object's name, always the same for one person. */
function suffixOf(name: string): string {
  return digest(name).toString('hex').slice(0, 8)
}
