import { GET as activity } from '#app/api/activity/route.ts'
import { GET as alarms } from '#app/api/alarms/route.ts'
import { GET as events } from '#app/api/events/route.ts'
import { GET as expected } from '#app/api/expected/machines/route.ts'
import { GET as machines } from '#app/api/machines/route.ts'
import { GET as kubelets } from '#app/api/nodes/kubelets/route.ts'
import { GET as nodes } from '#app/api/nodes/route.ts'
import { GET as policy } from '#app/api/policy/route.ts'
import { GET as preferences } from '#app/api/preferences/route.ts'
import { GET as requests } from '#app/api/requests/route.ts'
import { GET as runs } from '#app/api/runs/route.ts'
import { GET as search } from '#app/api/search/route.ts'
import { GET as session } from '#app/api/session/route.ts'
import { GET as snapshot } from '#app/api/snapshot/route.ts'
import { GET as summary } from '#app/api/summary/route.ts'
import { GET as live } from '#app/livez/route.ts'
import { GET as metrics } from '#app/metrics/route.ts'
import { GET as ready } from '#app/readyz/route.ts'
import { GET as callback } from '#app/sign-in/callback/route.ts'
import { GET as signIn } from '#app/sign-in/oidc/route.ts'
import type { DataHandler } from '#lib/web/door/serve-data.ts'

/**
 * Routes that open pages, probes and scripts ask all the time, and those that need no session: a build
 * serves them without Next's router.
 */
export const DATA_ROUTES: ReadonlyMap<string, DataHandler> = new Map([
  ['/api/activity', activity],
  ['/api/alarms', alarms],
  ['/api/events', events],
  ['/api/expected/machines', expected],
  ['/api/machines', machines],
  ['/api/nodes', nodes],
  ['/api/nodes/kubelets', kubelets],
  ['/api/policy', policy],
  ['/api/preferences', preferences],
  ['/api/requests', requests],
  ['/api/runs', runs],
  ['/api/search', search],
  ['/api/session', session],
  ['/api/snapshot', snapshot],
  ['/api/summary', summary],
  ['/livez', live],
  ['/metrics', metrics],
  ['/readyz', ready],
  ['/sign-in/callback', callback],
  ['/sign-in/oidc', signIn],
])
