import type { IdentityName } from '#sandbox/identities.ts'

/** A person of the team's demo, who signs in by a token that the demo prints. */
export interface DemoPerson {
  readonly name: string
  readonly may: string
  readonly token: string
}

interface DemoRole extends Omit<DemoPerson, 'token'> {
  readonly like: IdentityName
  readonly groups: readonly string[]
}

/** People of the team's demo: each role that team mode tells apart. */
export const TEAM: readonly DemoRole[] = [
  { name: 'alice', may: 'sees and approves', like: 'approver', groups: ['platform-admins'] },
  { name: 'bob', may: 'sees', like: 'viewer', groups: ['viewers'] },
  { name: 'carol', may: 'has no rights', like: 'nobody', groups: [] },
]

/** The account that reads for the whole team, as the chart calls it. */
export const TEAM_READER = 'system:serviceaccount:countersign:countersign-dashboard'

/** How a person of the terminal opens the team's pages, after the line with the address. */
export function teamText(people: readonly DemoPerson[]): string {
  const lines = people.map(({ name, may, token }) => `  ${name.padEnd(7)}${may.padEnd(19)}${token}`)
  return [
    'Sign in there with the token of one of its people:',
    ...lines,
    'Two at the same time need two browsers, or a private window.',
  ].join('\n')
}
