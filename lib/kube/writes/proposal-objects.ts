import { cause } from '#lib/csr/cause.ts'
import { visible } from '#lib/csr/escape.ts'
import type { Csr } from '#lib/csr/model.ts'
import { PROPOSAL_FOR, PROPOSAL_NAME_PREFIX, PROPOSAL_NOTE } from '#lib/csr/names.ts'
import { NOTE_LIMIT } from '#lib/csr/policy/decision-message.ts'
import { proposalSigner } from '#lib/csr/policy/proposal.ts'
import { projectCsr } from '#lib/kube/objects/project.ts'
import { CSRS, groupPath } from '#lib/kube/objects/resources.ts'
import type { ActingIdentity, Identity } from '#lib/kube/transport/acting-identity.ts'
import { isNotFound, isTooLarge, KubeError, orNull } from '#lib/kube/transport/errors.ts'
import { optionalFields } from '#lib/kube/transport/shape.ts'
import { call, segment } from '#lib/kube/transport/transport.ts'

const PATH = `${groupPath(CSRS.group)}/v1/${CSRS.plural}`

export interface ListedProposals {
  readonly proposals: readonly Csr[]
  /** False if there are more, which must be found in another way. */
  readonly complete: boolean
}

/**
 * Proposals for that request at this moment: without a resourceVersion, a list is never older than
 * a write before it. Rejects with a KubeError.
 */
export async function listProposals(
  identity: Identity,
  targetUid: string,
): Promise<ListedProposals> {
  const fieldSelector = `spec.signerName=${proposalSigner(targetUid)}`
  // Bound of the list: anyone who may file requests can make it longer.
  const query = { fieldSelector, limit: 500 }
  // Bytes; a proposal has a few kilobytes.
  const listing = { method: 'GET', path: PATH, query, maxBytes: 4 * 1024 * 1024 } as const
  try {
    const { metadata, items } = optionalFields((await call(identity, listing)).body, 'list')
    // Go encodes an empty list as null.
    if (items !== null && !Array.isArray(items)) {
      throw new KubeError(cause('notAList'), { kind: 'malformed' })
    }
    const complete = !optionalFields(metadata, 'metadata').continue
    return { proposals: (items ?? []).flatMap(projectOrSkip), complete }
  } catch (error) {
    if (isTooLarge(error)) return { proposals: [], complete: false }
    throw error
  }
}

/** A proposal at this moment; null when it is gone. Rejects with a KubeError. */
export async function readProposal(identity: Identity, name: string): Promise<Csr | null> {
  const path = `${PATH}/${segment(name)}`
  const answer = await orNull(call(identity, { method: 'GET', path }), isNotFound)
  return answer && projectCsr(answer.body)
}

/**
 * Proposes an approval as that identity: a request with the target's contents, for a signer that
 * does not exist. Rejects with a KubeError.
 */
export async function propose(
  identity: ActingIdentity,
  { target, note }: { readonly target: Csr; readonly note: string },
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
          [PROPOSAL_NOTE]: [...visible(note)].slice(0, NOTE_LIMIT).join(''),
        },
      },
      spec: {
        request: target.request,
        signerName: proposalSigner(target.uid),
        // The API server requires a usage; this one grants nothing alone.
        usages: ['digital signature'],
      },
    },
  })
  return projectCsr(body)
}

/** An unreadable proposal does not count. */
function projectOrSkip(raw: unknown): readonly Csr[] {
  try {
    return [projectCsr(raw)]
  } catch {
    return []
  }
}
