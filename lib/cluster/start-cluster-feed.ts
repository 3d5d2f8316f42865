import { accessTo } from '#lib/cluster/cluster-access.ts'
import { keepClusterTitle } from '#lib/cluster/cluster-title.ts'
import { type Documents, whyPolicyUnknown } from '#lib/cluster/documents.ts'
import { type FeedOptions, type FeedViews, type RunningFeed, startFeed } from '#lib/cluster/feed.ts'
import type { Prerequisite } from '#lib/cluster/prerequisites.ts'
import type { Policy } from '#lib/csr/policy/policy.ts'
import type { ClusterConfig } from '#lib/kube/credentials/config.ts'
import { keepKubeletSurvey } from '#lib/kube/kubelet/kubelet-survey.ts'
import { LiveCertificates } from '#lib/kube/kubelet/live-certificates.ts'
import { logError } from '#lib/kube/log/process-log.ts'
import { readClusterWords } from '#lib/kube/reads/cluster-words.ts'
import { readClientFlow } from '#lib/kube/reads/machine-approver-config.ts'
import type { Settings } from '#lib/settings/settings.ts'

/** The feed of one cluster, and its name. */
export function startClusterFeed<Views extends FeedViews>(
  options: Pick<
    FeedOptions<Views>,
    | 'views'
    | 'reviewProposer'
    | 'onPublished'
    | 'onLiveRows'
    | 'onKept'
    | 'onState'
    | 'onAlarm'
    | 'onNews'
    | 'onAlarmDropped'
  > & {
    readonly settings: Settings
    readonly config: ClusterConfig
    readonly documents: Pick<Documents<Policy>, 'inForce'>
    readonly people: () => {
      readonly identity: Prerequisite
      watch(isWatched: boolean): void
    }
  },
) {
  const { settings, config, documents, people, ...rest } = options
  const { service, liveCertificates: live } = settings
  const { server, insecure } = config
  const { clock } = config.identity
  const access = accessTo(config, settings, clock)
  const { get, kubelets } = access
  const asking: Pick<FeedOptions, 'evidence' | 'survey'> = {
    evidence: (questions) => new LiveCertificates({ ...questions, ...kubelets }),
    survey: (questions) => keepKubeletSurvey({ ...questions, ...kubelets }),
  }
  const title = keepClusterTitle({
    given: settings.clusterName,
    apiServerHost: config.apiServerHost,
    // In a Pod there is no context; a team knows its clusters by the addresses of their pages.
    otherwise: service === null ? config.name : new URL(service.publicUrl).host,
    ask: (signal) => readClusterWords(get, signal),
    clock,
    onChange: () => feed.clusterRenamed(),
  })
  const feed: RunningFeed<Views> = startFeed({
    ...rest,
    ...access,
    cluster: { server, insecure },
    title: () => title.current(),
    policy: () => documents.inForce().policy,
    prerequisites: {
      policy: {
        isKnown: () => documents.inForce().isPolicyKnown,
        why: () => whyPolicyUnknown(documents.inForce()),
      },
      expected: { isKnown: () => documents.inForce().isExpectedKnown, why: () => [] },
      identity: {
        isKnown: () => people().identity.isKnown(),
        ask: () => people().identity.ask?.(),
        why: () => people().identity.why(),
      },
    },
    onWatched: (isWatched) => people().watch(isWatched),
    clientFlow: (signal) => readClientFlow(get, signal),
    ...(live.on ? { ...asking, kubeletRules: live } : {}),
    onError: logError,
  })
  return { feed, title }
}
