/**
 * Every setting of both programs: a setting is a row of one of these tables. `--help`, the tables of the
 * docs (`npm run manifests`) and the tests of the chart are made from its row. The columns: `Setting`.
 */

import { DEFAULT_KUBELET_RULES, type KubeletRules } from '#lib/csr/kubelets/evidence.ts'
import { SECOND_PERSON_KINDS } from '#lib/csr/policy/policy.ts'
import { readPlace } from '#lib/kube/documents/document-place.ts'
import { DEFAULT_LEASE, readLeasePlace } from '#lib/kube/writes/lease.ts'
import { LANGUAGE_TAGS } from '#lib/messages/languages.ts'
import { LOOPBACK } from '#lib/settings/hosts.ts'
import type { AllValues, Table } from '#lib/settings/setting.ts'
import {
  bytesOf,
  DEFAULT_HOST,
  IMPERSONATION_MODES,
  issuerOf,
  listenAddress,
  listOf,
  liveOf,
  MOST_PORT,
  millisecondsOf,
  namedRecord,
  numberFrom,
  oneOf,
  originOf,
  plainAddress,
  port,
  prefixesOr,
  proxyPrefix,
  receiverOf,
  signer,
  textThat,
  value,
  waysToSignIn,
  wordsInHelp,
  wrongMode,
} from '#lib/settings/setting-readers.ts'
import { WEBHOOK_FORMATS } from '#lib/wire/notification-answers.ts'

export const DEFAULT_PORT = 8430
const LAUNCH_KEY_LENGTH = 32
/**
 * Idle time of a session, without a visible page, unless set. A team's is short: its address opens on every
 * machine, a laptop's only on the laptop.
 */
export const IDLE = { laptop: '12h', team: '10m' } as const
const LEAST_IDLE = '1m'
/** Longest such time that may be set, a week: Node's timers end at 24 days. */
const MOST_IDLE = '168h'
const MOST_DAYS = 36_500

/** Rows of both programs. */
const SHARED = {
  kubeconfig: {
    flag: '--kubeconfig <file>',
    help: 'kubeconfig to use',
    unset: "`KUBECONFIG`, else the Pod's service account, else `~/.kube/config`",
  },
  context: {
    flag: '--context <name>',
    help: 'context in it',
    unset: 'its current context',
  },
  policy: {
    flag: '--policy <place>',
    env: 'COUNTERSIGN_POLICY',
    chart: ['policy.existingConfigMap'],
    help: 'ApprovalPolicy: a file, or `configmap:<namespace>/<name>`',
    read: (text: string) => readPlace(text, 'policy'),
  },
  expected: {
    flag: '--expected <place>',
    env: 'COUNTERSIGN_EXPECTED',
    chart: ['expected.existingConfigMap', 'expected.csv'],
    help: 'expected machines: a CSV or YAML file, or `configmap:<namespace>/<name>`',
    unset: 'none',
    read: (text: string) => readPlace(text, 'list of expected machines'),
  },
  serviceNetworks: {
    env: 'COUNTERSIGN_SERVICE_NETWORKS',
    chart: ['approver.serviceNetworks'],
    help: 'prefixes of Services, comma-separated, where the cluster does not say: no machine may ask for an address in them',
    usual: '',
    read: prefixesOr('is no prefix as 10.96.0.0/12 or fd00::/108.'),
  },
  secondPerson: {
    env: 'COUNTERSIGN_SECOND_PERSON',
    chart: ['approver.secondPerson'],
    help: `what takes two people whatever the policy says, comma-separated: one or more of ${wordsInHelp(SECOND_PERSON_KINDS)}`,
    usual: '',
    read: listOf(oneOf(SECOND_PERSON_KINDS)),
  },
} satisfies Table

/** Rows of both programs: whether and where kubelets are asked. */
const KUBELETS = {
  live: {
    env: 'COUNTERSIGN_LIVE_CERTIFICATES',
    chart: ['approver.kubelets.ask'],
    help: "`off`: kubelets are not asked for the certificate they have. Else, while a serving request waits (in the dashboard also while its node is on screen), the node's InternalIP is: a TLS handshake only. `http://<proxy>`: through that HTTP proxy",
    usual: 'on',
    // The sentence does not repeat the text, which may contain a password.
    read: value(
      liveOf,
      () =>
        'is "on", "off" or the address of an HTTP proxy, http://<host>:<port>, with <user>:<password>@ before the host where it wants them, percent-encoded.',
    ),
  },
  ports: {
    env: 'COUNTERSIGN_KUBELET_PORTS',
    chart: ['approver.kubelets.ports'],
    help: 'ports at which kubelets are asked, comma-separated',
    usual: DEFAULT_KUBELET_RULES.ports.join(),
    read: listOf(
      value(
        (text) => (text.startsWith('0') ? null : numberFrom(1, MOST_PORT)(text)),
        `is no port from 1 to ${MOST_PORT}.`,
      ),
    ),
  },
  networks: {
    env: 'COUNTERSIGN_KUBELET_NETWORKS',
    chart: ['approver.kubelets.networks'],
    help: 'prefixes of nodes in 100.64.0.0/10 or 198.18.0.0/15, comma-separated: kubelets in these two ranges are not asked unless named',
    usual: '',
    read: prefixesOr('is no prefix as 100.64.0.0/10.'),
  },
} satisfies Table

const DASHBOARD = {
  ...SHARED,
  kubeconfig: {
    ...SHARED.kubeconfig,
    unset: "`KUBECONFIG`, else in team mode the Pod's service account, else `~/.kube/config`",
  },
  policy: { ...SHARED.policy, unset: 'the built-in one' },
  clusterName: {
    flag: '--cluster-name <name>',
    env: 'COUNTERSIGN_CLUSTER_NAME',
    chart: ['dashboard.clusterName'],
    help: "the cluster's name on pages, before sign-in too",
    unset:
      "OpenShift's infrastructure name, else the API server's host where it is a name (not an address, not `*.svc`), else the host of the public address",
    read: textThat(
      (text) => /^[\p{L}\p{N}][\p{L}\p{N} ._:-]{0,63}$/u.test(text),
      () =>
        'takes up to 64 letters, digits, spaces and . _ : - and begins with a letter or a digit.',
    ),
  },
  port: {
    flag: '--port <number>',
    env: 'PORT',
    help: 'port, 0 for any free one',
    usual: String(DEFAULT_PORT),
    read: port,
  },
  plainAddress: {
    flag: `--host ${LOOPBACK}`,
    env: 'HOST',
    help: `pages at ${LOOPBACK} and a random port, for a browser that does not open names under localhost`,
    usual: DEFAULT_HOST,
    read: plainAddress,
  },
  approverLease: {
    flag: '--approver-lease <ns>/<name>',
    env: 'COUNTERSIGN_APPROVER_LEASE',
    chart: "the release's name",
    help: 'Lease of the automatic approver, where what it does is read',
    usual: DEFAULT_LEASE,
    read: readLeasePlace,
  },
  metrics: {
    flag: '--metrics <address>',
    env: 'COUNTERSIGN_METRICS',
    chart: ['dashboard.listenAddress', 'dashboard.ports.metrics'],
    help: '`/metrics` without the key, at an address and port of its own',
    unset: 'none',
    read: listenAddress,
  },
  extraSigners: {
    env: 'COUNTERSIGN_SIGNERS',
    help: 'other signers whose requests may be decided, comma-separated; always one at a time, with a reason',
    usual: '',
    read: listOf(signer),
  },
  noOpen: {
    flag: '--no-open',
    help: "do not open the address in a browser. Without it one opens where standard output is a terminal on this machine's own screen: not over SSH, under tmux, Screen or sudo, and not in CI",
  },
  dev: { flag: '--dev', help: 'development server' },
  /** The launch key, in RFC 6750's syntax: an Authorization header and a URL fragment carry it. */
  launchKey: {
    env: 'COUNTERSIGN_LAUNCH_KEY',
    refusesEmpty: true,
    help: `the key that opens the dashboard, at least ${LAUNCH_KEY_LENGTH} characters; without it a new one is made at each start`,
    read: textThat(
      (text) => text.length >= LAUNCH_KEY_LENGTH && /^[A-Za-z0-9._~+/=-]+$/.test(text),
      () => `must be at least ${LAUNCH_KEY_LENGTH} characters out of A-Z a-z 0-9 . _ ~ + / = -`,
    ),
  },
  sessionIdleMs: {
    env: 'COUNTERSIGN_SESSION_IDLE',
    chart: ['dashboard.sessionIdle'],
    help: `a browser is signed out when no page was visible for this long, from ${LEAST_IDLE} to ${MOST_IDLE}`,
    unset: `\`${IDLE.laptop}\`, in team mode \`${IDLE.team}\``,
    read: value(
      (text) => {
        const ms = millisecondsOf(text)
        return ms < millisecondsOf(LEAST_IDLE) || ms > millisecondsOf(MOST_IDLE) ? null : ms
      },
      () => `takes a duration from ${LEAST_IDLE} to ${MOST_IDLE}, such as 30m, 12h or 1h30m.`,
    ),
  },
} satisfies Table

/** The record that lasts. */
const RECORD = {
  named: {
    env: 'COUNTERSIGN_RECORD',
    chart: ['dashboard.record.store'],
    help: 'where requests and decisions are recorded: `off`, `sqlite:<file>`, or `postgres` at `DATABASE_URL`',
    unset: "a file in the user's state folder",
    read: value(namedRecord, 'is neither off, postgres nor sqlite:<file>.'),
  },
  database: {
    env: 'DATABASE_URL',
    chart: ['dashboard.record.database.existingSecret'],
    help: 'PostgreSQL database of this cluster alone, `postgres://…`',
  },
  required: {
    env: 'COUNTERSIGN_RECORD_REQUIRED',
    chart: ['dashboard.record.required'],
    help: '`true`: nothing is decided while nothing can be recorded',
    usual: 'false',
    read: value(
      (text) => (text === 'true' || text === 'false' ? text === 'true' : null),
      'is neither true nor false.',
    ),
  },
  days: {
    env: 'COUNTERSIGN_RECORD_DAYS',
    chart: ['dashboard.record.days'],
    help: 'days that an entry is kept',
    usual: '365',
    read: value(numberFrom(1, MOST_DAYS), `is not a number of days from 1 to ${MOST_DAYS}.`),
  },
  bytes: {
    env: 'COUNTERSIGN_RECORD_BYTES',
    chart: ['dashboard.record.bytes'],
    help: 'size that the record may have; the least important entries go first, of each kind the oldest',
    usual: '1Gi',
    read: value(
      // Least bytes of a record: a smaller one would forget what it has just been given.
      (text) => (bytesOf(text) < 2 ** 20 ? null : bytesOf(text)),
      'is not a size of at least 1Mi, such as 500Mi or 2Gi.',
    ),
  },
} satisfies Table

const WEBHOOK = {
  url: {
    env: 'COUNTERSIGN_WEBHOOK_URL',
    chart: ['dashboard.webhook.url', 'dashboard.webhook.urlSecret'],
    help: 'receiver of messages about machines that wait, `https://…` or `http://…`, without user and password',
    unset: 'none',
    // The sentence does not repeat the text, which may contain a secret.
    read: value(receiverOf, () => 'is an http or https address without user and password.'),
  },
  format: {
    env: 'COUNTERSIGN_WEBHOOK_FORMAT',
    chart: ['dashboard.webhook.format'],
    help: `shape of the messages: ${wordsInHelp(WEBHOOK_FORMATS)}`,
    usual: 'json',
    read: oneOf(WEBHOOK_FORMATS),
  },
  language: {
    env: 'COUNTERSIGN_WEBHOOK_LANGUAGE',
    chart: ['dashboard.webhook.language'],
    help: `language of their texts: ${wordsInHelp(LANGUAGE_TAGS)}. What programs read in them, as the names of events, stays English`,
    usual: 'en',
    read: oneOf(LANGUAGE_TAGS),
  },
  secretFile: {
    env: 'COUNTERSIGN_WEBHOOK_SECRET_FILE',
    chart: ['dashboard.webhook.existingSecret'],
    help: 'file with the key that signs messages; absent: they are not signed',
  },
} satisfies Table

/** Team mode, where people sign in. */
const TEAM = {
  /** The only origin of pages and calls, as `https://countersign.example.com`. */
  publicUrl: {
    flag: '--public-url <url>',
    env: 'COUNTERSIGN_PUBLIC_URL',
    chart: ['dashboard.publicUrl'],
    help: 'the address that people open; it begins team mode',
    read: value(
      originOf,
      'is no origin as https://countersign.example.com. Without TLS only names under localhost are allowed.',
    ),
  },
  listen: {
    flag: '--listen <address>',
    env: 'COUNTERSIGN_LISTEN',
    chart: ['dashboard.listenAddress', 'dashboard.ports.pages'],
    help: 'where pages are served, as `0.0.0.0:8443`',
    usual: '127.0.0.1:8443',
    read: listenAddress,
  },
  tlsCert: {
    flag: '--tls-cert <file>',
    env: 'COUNTERSIGN_TLS_CERT',
    chart: ['dashboard.tls.existingSecret'],
    help: 'certificate of the pages, PEM; absent where a proxy before them ends TLS',
  },
  tlsKey: {
    flag: '--tls-key <file>',
    env: 'COUNTERSIGN_TLS_KEY',
    chart: ['dashboard.tls.existingSecret'],
    help: 'its key, PEM',
  },
  /** Address of probes; null: they are answered only where pages are. */
  probes: {
    flag: '--probes <address>',
    env: 'COUNTERSIGN_PROBES',
    chart: ['dashboard.listenAddress', 'dashboard.ports.probes'],
    help: 'where `/livez` and `/readyz` are answered besides',
    unset: 'nowhere',
    read: listenAddress,
  },
  ways: {
    env: 'COUNTERSIGN_SIGN_IN',
    chart: ['dashboard.signIn'],
    help: 'ways to sign in, comma-separated: `oidc` at a provider, `token` pasted, `proxy` in front that has signed people in',
    usual: '',
    read: waysToSignIn,
  },
  proxies: {
    env: 'COUNTERSIGN_TRUSTED_PROXIES',
    chart: ['dashboard.trustedProxies'],
    help: "addresses or prefixes of proxies, comma-separated, that are believed about a caller's address, with `proxy` also about a person's token",
    usual: '',
    unset: 'none',
    read: listOf(proxyPrefix),
  },
  proxySignOut: {
    env: 'COUNTERSIGN_PROXY_SIGN_OUT',
    chart: ['dashboard.proxySignOut'],
    help: 'path at which the proxy ends its own sign-in, as `/oauth2/sign_out`',
    read: textThat(
      (text) => /^\/(?![/\\])[\x21-\x7e]+$/.test(text),
      (text) => `has "${text}": it takes a path, such as /oauth2/sign_out.`,
    ),
  },
  /** ClusterRole of viewers. Its default is the name where the chart is installed as `countersign`. */
  viewerRole: {
    env: 'COUNTERSIGN_VIEWER_ROLE',
    chart: "the release's name",
    help: 'ClusterRole in the command that a person without the right to see is shown',
    usual: 'countersign-viewer',
    read: textThat((text) => /^[\w.:-]+$/.test(text), 'is no name of a ClusterRole.'),
  },
  impersonation: {
    env: 'COUNTERSIGN_IMPERSONATE',
    chart: ['dashboard.impersonation'],
    help: `${wordsInHelp(IMPERSONATION_MODES)}: where the API server takes no tokens of the provider, the program's own account acts as who signed in`,
    usual: 'off',
    read: oneOf(['off', ...IMPERSONATION_MODES], wrongMode),
  },
} satisfies Table

/** Signing in at a provider. */
const OIDC = {
  kind: {
    env: 'COUNTERSIGN_OIDC_KIND',
    chart: ['dashboard.oidc.kind'],
    help: '`oidc`, or `openshift` for the OAuth server of OpenShift',
    usual: 'oidc',
    read: oneOf(['oidc', 'openshift']),
  },
  /** The issuer; with OpenShift the URL of the API server, whose metadata name the issuer. */
  issuer: {
    env: 'COUNTERSIGN_OIDC_ISSUER',
    chart: ['dashboard.oidc.issuer'],
    help: 'issuer as its tokens have it; for `openshift` the address of the API server',
    usual: '',
    read: value(
      issuerOf,
      (text) => `must be the https:// address of the issuer, as its tokens have it: not "${text}".`,
    ),
  },
  clientId: {
    env: 'COUNTERSIGN_OIDC_CLIENT_ID',
    chart: ['dashboard.oidc.clientId'],
    help: "this program's client id at the provider; its redirect address is `<public URL>/sign-in/callback`",
    usual: '',
    read: textThat(
      (text) => text !== '',
      () => 'is missing.',
    ),
  },
  clientSecretFile: {
    env: 'COUNTERSIGN_OIDC_CLIENT_SECRET_FILE',
    chart: ['dashboard.oidc.existingSecret'],
    help: "file with the client's secret; absent for a public client",
  },
  caFile: {
    env: 'COUNTERSIGN_OIDC_CA_FILE',
    chart: ['dashboard.oidc.existingCaConfigMap'],
    help: "PEM of the provider's CA; absent for the public roots that Node brings, not those of the machine",
  },
  /** Scopes of the sign-in; OpenShift's is always `user:full`. */
  scopes: {
    env: 'COUNTERSIGN_OIDC_SCOPES',
    chart: ['dashboard.oidc.scopes'],
    help: 'scopes that are asked for, space-separated',
    usual: 'openid',
  },
  name: {
    env: 'COUNTERSIGN_OIDC_NAME',
    chart: ['dashboard.oidc.name'],
    help: 'label of the button',
    unset: "the issuer's host",
  },
} satisfies Table

/** Claims of an ID token as an API server's own settings map them, with the defaults of its flags. */
const CLAIMS = {
  usernameClaim: {
    env: 'COUNTERSIGN_OIDC_USERNAME_CLAIM',
    chart: ['dashboard.oidc.usernameClaim'],
    help: 'with `COUNTERSIGN_IMPERSONATE`: claim that is the user',
    usual: 'sub',
  },
  usernamePrefix: {
    env: 'COUNTERSIGN_OIDC_USERNAME_PREFIX',
    chart: ['dashboard.oidc.usernamePrefix'],
    help: 'prefix of users; `-` for none',
    unset: '`<issuer>#`, with the claim `email` none',
  },
  groupsClaim: {
    env: 'COUNTERSIGN_OIDC_GROUPS_CLAIM',
    chart: ['dashboard.oidc.groupsClaim'],
    help: 'claim that lists the groups',
    usual: 'groups',
  },
  groupsPrefix: {
    env: 'COUNTERSIGN_OIDC_GROUPS_PREFIX',
    chart: ['dashboard.oidc.groupsPrefix'],
    help: 'prefix of groups',
    usual: '',
    unset: 'none',
    read: (text: string) => text,
  },
} satisfies Table

const APPROVER = {
  ...SHARED,
  policy: {
    ...SHARED.policy,
    usual: '',
    help: `${SHARED.policy.help}; beside it, as a file or a key of the ConfigMap, \`paused\` (the kill switch, on unless absent or "false") and \`released\` (when a person released the brake, RFC 3339)`,
    read: (text: string) =>
      text === ''
        ? { problem: 'There is no policy: --policy <file> or configmap:<namespace>/<name>.' }
        : SHARED.policy.read(text),
  },
  lease: {
    flag: '--lease <ns>/<name>',
    chart: "the release's name",
    help: 'Lease by which one of several leads',
    usual: DEFAULT_LEASE,
    read: readLeasePlace,
  },
  identity: {
    flag: '--identity <text>',
    chart: "the Pod's name",
    help: "begins this process's name in the Lease",
    unset: "the host's name",
  },
  metricsHost: {
    flag: '--metrics-host <host>',
    chart: "the Pod's address",
    help: 'address of `/metrics`, `/livez` and `/readyz`',
    usual: '127.0.0.1',
  },
  metricsPort: {
    flag: '--metrics-port <port>',
    chart: ['approver.port'],
    help: 'port of it, 0 for any free one',
    usual: '8431',
    read: port,
  },
} satisfies Table

/** Tables of the dashboard, on a laptop and for a team. */
export const DASHBOARD_TABLES = {
  dashboard: DASHBOARD,
  kubelets: KUBELETS,
  record: RECORD,
  webhook: WEBHOOK,
}
/** Tables of the dashboard in team mode: on a laptop none of their rows may be set. */
export const TEAM_TABLES = { team: TEAM, oidc: OIDC, claims: CLAIMS }
export const APPROVER_TABLES = { approver: APPROVER, kubelets: KUBELETS }

export type DashboardValues = AllValues<typeof DASHBOARD_TABLES>
export type TeamValues = AllValues<typeof TEAM_TABLES>
export type ApproverValues = AllValues<typeof APPROVER_TABLES>

/** Whether and where kubelets are asked, and the HTTP proxy in front of them, if any. */
export type LiveSetting =
  | { readonly on: false }
  | ({ readonly on: true; readonly proxy: URL | null } & Omit<KubeletRules, 'serviceNetworks'>)

/** The three rows about kubelets as one setting. A list of no port counts as not given. */
export function liveSetting({ live, ports, networks }: ApproverValues['kubelets']): LiveSetting {
  if (!live.on) return live
  return { ...live, ports: ports.length === 0 ? DEFAULT_KUBELET_RULES.ports : ports, networks }
}
