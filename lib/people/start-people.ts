import type { RunningFeed } from '#lib/cluster/feed.ts'
import type { Prerequisite } from '#lib/cluster/prerequisites.ts'
import { createActor } from '#lib/kube/credentials/actor.ts'
import type { ClusterConfig } from '#lib/kube/credentials/config.ts'
import { endWith, logError } from '#lib/kube/log/process-log.ts'
import { reviewAccess } from '#lib/kube/reads/access-reviews.ts'
import { systemClock } from '#lib/kube/transport/clock.ts'
import { createPacer } from '#lib/kube/writes/pacer.ts'
import { launchKeyPeople } from '#lib/people/launch-key-people.ts'
import type { Oidc } from '#lib/people/oidc/oidc.ts'
import type { People } from '#lib/people/people.ts'
import { keepPreferences, type PreferenceStore } from '#lib/people/preference-store.ts'
import { createPrincipal } from '#lib/people/principal.ts'
import { proveReadOnly } from '#lib/people/read-only-proof.ts'
import { servicePeople } from '#lib/people/service-people.ts'
import type { TeamOptions } from '#lib/people/team-members.ts'
import { OF_PEOPLE } from '#lib/refusals/limits.ts'
import type { ServiceSettings } from '#lib/settings/service-settings.ts'
import type { Settings } from '#lib/settings/settings.ts'
import type { SignInWay } from '#lib/wire/session-answers.ts'

interface PeopleStart extends Pick<TeamOptions, 'title' | 'signers' | 'hasRun' | 'log'> {
  readonly settings: Settings
  readonly config: ClusterConfig
  readonly oidc: Oidc | null
  readonly feed: RunningFeed
}

export interface StartedPeople {
  readonly people: People
  /** Preferences of a laptop's one person; null in team mode. */
  readonly preferences: PreferenceStore | null
  /** The acting user: without one, a person's own request could not be recognized. */
  readonly identity: Prerequisite
  /** While watched, a laptop's rights are asked for regularly. */
  watch(isWatched: boolean): void
  /** Ends idle sessions, and asks again whose credential a laptop has. */
  beat(): void
  stop(): Promise<void>
}

/** A laptop's one person, or a team's people. */
export function startPeople(options: PeopleStart): StartedPeople {
  return options.settings.service === null ? startLaptop(options) : startTeam(options)
}

/**
 * Half of a bulk's writes under way wait for their log line while the API server answers the others.
 * Fewer would leave a core idle during a bulk's first thousand.
 */
const newPacer = ({ identity: { clock } }: ClusterConfig, share?: () => number) =>
  createPacer({ start: 16, max: OF_PEOPLE.writes.ofOne, clock, share })

function startLaptop({ settings, config, feed, signers, log }: PeopleStart): StartedPeople {
  const { identity, endpoint } = config
  const actor = createActor(identity, (username) => principal.become(username))
  const preferences = keepPreferences(settings.preferences, logError)
  const principal = createPrincipal({
    fallbackName: identity.name,
    endpoint,
    actor,
    pacer: newPacer(config),
    async review(signal) {
      const username = await actor.ask(signal)
      return { username, review: await reviewAccess(actor.as(username), signers(), signal) }
    },
    clock: identity.clock,
    onOtherPerson: feed.viewerChanged,
    onRights: feed.rightsChanged,
    onFailed: feed.lookAgain,
  })
  const { launchKey, sessionIdleMs: idleMs } = settings
  const people = launchKeyPeople({ launchKey, principal, clock: systemClock, idleMs, log })
  return {
    people,
    preferences,
    identity: {
      isKnown: () => principal.access.reviewedAt !== null,
      ask: principal.reviewAccess,
      why: () => principal.trouble,
    },
    watch: principal.watch,
    beat() {
      people.endIdle()
      // The next review reports the failure.
      actor.name().catch(() => {})
    },
    stop: people.stop,
  }
}

function signInWay(way: SignInWay['way'], service: ServiceSettings): SignInWay {
  switch (way) {
    case 'oidc':
      return { way, name: service.oidc?.name ?? '', href: '/sign-in/oidc' }
    case 'proxy':
      return { way, href: service.proxySignOut }
    case 'token':
      return { way }
  }
}

function startTeam(options: PeopleStart): StartedPeople {
  const { settings, config, oidc, feed, title, signers, hasRun, log } = options
  const { service, sessionIdleMs: idleMs } = settings
  const { identity, endpoint } = config
  const mappings = service?.oidc?.impersonation ?? null
  const people = servicePeople({
    endpoint,
    clock: systemClock,
    idleMs,
    title,
    ways: service === null ? [] : service.ways.map((way) => signInWay(way, service)),
    oidc,
    viewerRole: service?.viewerRole ?? '',
    impersonation: mappings === null ? null : { server: identity, mappings },
    signers,
    viewRights: feed.viewRights,
    newPacer: (share) => newPacer(config, share),
    hasRun,
    onRights: feed.rightsChanged,
    log,
  })
  const mode = mappings?.mode ?? null
  const reading = proveReadOnly(identity, identity.clock, feed.lookAgain, endWith, mode)
  return {
    people,
    preferences: null,
    identity: { isKnown: reading.isProven, why: reading.trouble },
    watch() {},
    beat: people.endIdle,
    async stop() {
      reading.stop()
      await people.stop()
    },
  }
}
