import { visible } from '#lib/csr/escape.ts'
import type { Csr } from '#lib/csr/model.ts'
import { PROPOSAL_FOR, PROPOSAL_NAME_PREFIX, PROPOSAL_NOTE } from '#lib/csr/names.ts'
import { proposalSigner } from '#lib/csr/proposal.ts'
import { KubeError } from '#lib/kube/errors.ts'
import type { Identity } from '#lib/kube/identity.ts'
import { projectCsr } from '#lib/kube/project.ts'
import { CSRS, groupPath } from '#lib/kube/resources.ts'
import { call } from '#lib/kube/transport.ts'

const PATH = `${groupPath(CSRS.group)}/v1/${CSRS.plural}`

/** Beyond these nobody looks for one that counts: it is made anew, and nothing is approved by it. */
const MOST_PROPOSALS = 500
const LONGEST_NOTE = 400

/**
 * The proposals to approve that request as the API server has them at this moment: without a
 * resourceVersion a list is never older than a write before it. Rejects with a KubeError.
 */
export async function listProposals(
  identity: Identity,
  targetUid: string,
  signal?: AbortSignal,
): Promise<readonly Csr[]> {
  const fieldSelector = `spec.signerName=${proposalSigner(targetUid)}`
  const query = { fieldSelector, limit: MOST_PROPOSALS }
  const { body } = await call(identity, { method: 'GET', path: PATH, query, signal })
  const items: unknown = typeof body === 'object' && body !== null ? Reflect.get(body, 'items') : 0
  if (items === null) return []
  if (!Array.isArray(items)) {
    const message = 'The API server answered something that is not a list.'
    throw new KubeError(message, { kind: 'malformed' })
  }
  return items.flatMap(projectOrSkip)
}

/**
 * Proposes to approve a request, as that identity: a request of its own with the very same
 * contents, for a signer that nobody is. Rejects with a KubeError.
 */
export async function propose(
  identity: Identity,
  { target, note }: { readonly target: Csr; readonly note: string },
  signal?: AbortSignal,
): Promise<Csr> {
  const { body } = await call(identity, {
    method: 'POST',
    path: PATH,
    body: {
      apiVersion: `${CSRS.group}/v1`,
      kind: 'CertificateSigningRequest',
      metadata: {
        generateName: PROPOSAL_NAME_PREFIX,
        annotations: {
          [PROPOSAL_FOR]: target.name,
          [PROPOSAL_NOTE]: [...visible(note)].slice(0, LONGEST_NOTE).join(''),
        },
      },
      spec: {
        request: target.request,
        signerName: proposalSigner(target.uid),
        // The API server wants one; of all this is the one that is good for nothing by itself.
        usages: ['digital signature'],
      },
    },
    signal,
  })
  return projectCsr(body)
}

/** What cannot be understood counts for nothing. */
function projectOrSkip(raw: unknown): readonly Csr[] {
  try {
    return [projectCsr(raw)]
  } catch {
    return []
  }
}
