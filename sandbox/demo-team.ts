import { dirname } from 'node:path'
import { type DemoCluster, type DemoClusterOptions, demoOn } from '#sandbox/demo-cluster.ts'
import { lastingPort } from '#sandbox/free-ports.ts'
import type { IdentityName } from '#sandbox/identities.ts'
import {
  authenticationConfiguration,
  OIDC_PREFIX,
} from '#sandbox/openid/authentication-configuration.ts'
import {
  ACCOUNTS,
  type Account,
  PROVIDER_NAME,
  startOpenIdProvider,
} from '#sandbox/openid/openid-provider.ts'
import { signInEnvironment } from '#sandbox/openid/sign-in-environment.ts'
import { startSandbox } from '#sandbox/sandbox.ts'

/** Roles of the provider's people: one for each kind of right in team mode. */
const ROLES: Readonly<Record<Account, { readonly may: string; readonly like: IdentityName }>> = {
  alice: { may: 'sees and approves', like: 'approver' },
  bob: { may: 'sees', like: 'viewer' },
  carol: { may: 'has no rights', like: 'nobody' },
  dave: { may: 'sees and approves', like: 'approver' },
}

/** The account that reads for the whole team, with its name in the chart. */
const READER = 'system:serviceaccount:countersign:countersign-dashboard'

/**
 * The sandbox with a team: the dashboard only reads, and people sign in at a provider or by a
 * token.
 */
export async function startTeam(options: DemoClusterOptions): Promise<DemoCluster> {
  const { scenario, speed, port } = options
  // A name of its own, because browsers send cookies of `localhost` to each of its ports.
  const publicUrl = `http://countersign.localhost:${port === 0 ? await lastingPort() : port}`
  const provider = await startOpenIdProvider({ publicUrl })
  const sandbox = await startSandbox({
    scenario: { ...scenario, users: { ...scenario.users, viewer: READER } },
    speed,
    authenticationConfig: authenticationConfiguration(provider),
  })
  const people = (Object.keys(ROLES) as Account[]).map((name) => {
    const { may, like } = ROLES[name]
    const groups = ACCOUNTS[name].map((group) => OIDC_PREFIX + group)
    const token = sandbox.addPerson(OIDC_PREFIX + name, like, groups)
    return `  ${name.padEnd(7)}${may.padEnd(19)}${token}`
  })
  const demo = demoOn(sandbox)
  const kubeconfig = sandbox.kubeconfigs.viewer
  return {
    ...demo,
    kubeconfig,
    env: { ...demo.env, ...signInEnvironment(provider, dirname(kubeconfig)) },
    publicUrl,
    hints: [
      `People sign in at a provider that came with the demo, ${provider.issuer}.`,
      'Your browser warns once of its certificate, which is its own. Go on there: the provider is',
      'on this machine, and its people have no passwords.',
      `Continue there with ${PROVIDER_NAME} as one of its people, or use a token of theirs:`,
      ...people,
      'Two at the same time need two browsers, or a private window.',
    ],
    async stop() {
      await demo.stop()
      await provider.close()
    },
  }
}
