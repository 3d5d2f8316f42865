import type { CLUSTER_CAUSES } from '#lib/csr/causes/cluster-causes.ts'
import { sentences } from '#lib/messages/grammar/sentences.ts'

export const clusterCauses = sentences<typeof CLUSTER_CAUSES>()({
  apiServerSaid: 'The API server said: “{said}”',
  apiServerAnswered: 'The API server answered {status}.',
  apiServerFailed: 'The API server answered an error.',
  apiServerStarting: 'The API server is not ready yet.',
  apiServerRedirects: 'The API server answered with a redirect, which is never followed.',
  anotherObjectAnswered: 'The API server answered with another object.',
  answerTooLarge: 'The answer is larger than {bytes} bytes.',
  answerNotJson: 'The answer is not JSON.',
  answerNotUnpacked: 'The answer cannot be unpacked.',
  notAList: 'The API server answered something that is not a list.',
  listWithoutVersion: 'The list has no resourceVersion.',
  tooManyObjects: 'There are more than {most} {resource}.',
  listRepeated:
    'The list of {resource} does not end: the API server answered a continue token twice.',
  listEmptyPages:
    'The list of {resource} does not end: more than {most} of its pages held no object.',
  noSuchResource: 'The cluster has no {resource}.',
  reviewWithoutAnswer: 'The access review has no answer.',
  actorUnknown:
    'The API server has not said yet who Countersign acts as and what it may decide, so Countersign cannot tell which requests are its own: nothing can be decided until it does. It keeps asking.',
  badObjectName: 'That is not a name an object can have.',
  notAnObject: 'The API server answered {field} that is not an object.',
  notText: 'The API server answered {field} that is not text.',
  notANumber: 'The API server answered {field} that is not a whole number.',
  notAFlag: 'The API server answered {field} that is not true or false.',
  notAListOf: 'The API server answered {field} that is not a list.',
  notTexts: 'The API server answered {field} that is not a list of text.',
  watchSilent: 'Nothing heard from {server} for {seconds} s.',
  watchSaidNothing: 'The watch sent no event for {seconds} s, only bytes that are none.',
  watchNotEnded: 'The watch went on for {seconds} s, longer than the API server was asked for.',
  watchLineTooLong: 'A line of the watch is longer than {bytes} bytes.',
  watchLineNotJson: 'A line of the watch is not JSON.',
  watchCut: 'The watch was cut in the middle of a line.',
  watchClosedAtOnce: 'The API server closed the watch at once.',
  watchUnknownEvent: 'The watch sent an unknown event.',
  catchingUp:
    'So much has changed in the cluster at once that what you see is {seconds} s behind. It goes on by itself once Countersign has caught up.',
  storeSilent:
    'The API server {server} says that it is not well (/livez): mostly it does not reach etcd. What you see may be old, and nothing can be written. It goes on by itself.',
  noAnswer: 'No answer from {server} within {seconds} s.',
  networkRefused: 'Cannot reach {server}. Nothing listens there: connection refused.',
  networkNoHost: 'Cannot reach {server}. There is no host of that name.',
  networkNameServer: 'Cannot reach {server}. The name server does not answer.',
  networkNotOpened: 'Cannot reach {server}. No connection within {seconds} s.',
  networkNoRouteToHost: 'Cannot reach {server}. No route to that host.',
  networkNoRoute: 'Cannot reach {server}. No route to that network.',
  networkSilent: 'Cannot reach {server}. The other side went silent.',
  networkReset: 'Cannot reach {server}. The connection was reset.',
  networkClosed: 'Cannot reach {server}. The connection was closed.',
  networkNoTls: 'Cannot reach {server}. What listens there does not speak TLS.',
  networkFailed: 'Cannot reach {server}. Connection failed.',
  networkSaid: 'Cannot reach {server}. The system said: “{said}”',
  connectionClosed: 'This connection to the cluster was closed.',
  givenUp: 'Given up.',
  certificateExpired: 'The certificate of {server} has expired ({code}). Nothing was sent.',
  certificateNotYetValid:
    'The certificate of {server} is not valid yet: are the clocks right? ({code}). Nothing was sent.',
  certificateRevoked: 'The certificate of {server} is revoked ({code}). Nothing was sent.',
  certificateOtherHost:
    'The certificate of {server} is for another host name ({code}). Nothing was sent.',
  certificateSelfSigned:
    'The certificate of {server} is self-signed, and is not the CA of the kubeconfig ({code}). Nothing was sent.',
  certificateOtherIssuer:
    'The certificate of {server} was issued by a CA that is not the one in the kubeconfig ({code}). Nothing was sent.',
  certificateBadSignature:
    'The certificate of {server} was not signed by the CA in the kubeconfig ({code}). Nothing was sent.',
  certificateNotTrusted: 'The certificate of {server} is not trusted ({code}). Nothing was sent.',
  certificateLongChain:
    'The certificate of {server} has too long a chain ({code}). Nothing was sent.',
  certificateNoCa:
    'The certificate of {server} was issued by what is not a CA ({code}). Nothing was sent.',
  certificateNoServer:
    'The certificate of {server} is not for a server ({code}). Nothing was sent.',
  noToken: 'There is no token to act with.',
  emptyTokenFile: 'The token file is empty.',
  credentialFileUnreadable: 'The credential file {path} cannot be read.',
  authProviderFailed: 'The auth-provider of the kubeconfig gave no credential.',
  kubeconfigSessionEnded: 'The session of the kubeconfig has ended: sign in again.',
  pluginNotJson: 'The credential plugin {command} printed something that is not JSON.',
  pluginNoCredential: 'The credential plugin {command} printed no credential.',
  pluginMissing: 'The credential plugin {command} is not installed.',
  pluginMissingHint:
    'The credential plugin {command} is not installed. The kubeconfig says: “{said}”',
  pluginTooSlow: 'The credential plugin {command} did not finish within {seconds} s.',
  pluginFailed: 'The credential plugin {command} failed: exit code {code}',
  pluginSaid: 'The credential plugin {command} failed: “{said}”',
  unexpected: 'Something went wrong: “{said}”',
})
