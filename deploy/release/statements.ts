/** in-toto statements about what is published: what is in it, and what it was made of. */
import { digestOf } from './oci-archive.ts'

export interface Artifact {
  /** A file's path in `dist`, or the image's name. */
  readonly name: string
  /** `sha256:…` */
  readonly digest: string
}

const STATEMENT = 'https://in-toto.io/Statement/v1'

function subjects(artifacts: readonly Artifact[]): readonly object[] {
  return artifacts.map(({ name, digest }) => ({
    name,
    digest: { sha256: digest.replace('sha256:', '') },
  }))
}

/** The bill of materials of the image with that digest. */
export function billStatement(digest: string, bill: object) {
  return {
    _type: STATEMENT,
    subject: subjects([{ name: 'countersign', digest }]),
    predicateType: 'https://cyclonedx.org/bom',
    predicate: bill,
  }
}

/** SLSA's provenance, without a time: the same commit gives the same bytes. */
export function provenance(
  artifacts: readonly Artifact[],
  {
    commit,
    node,
    packages,
  }: {
    readonly commit: string
    /** Node's version. */
    readonly node: string
    /** The text of `package-lock.json`. */
    readonly packages: Buffer
  },
) {
  return {
    _type: STATEMENT,
    subject: subjects(artifacts),
    predicateType: 'https://slsa.dev/provenance/v1',
    predicate: {
      buildDefinition: {
        buildType: 'npm run release',
        externalParameters: { commit },
        resolvedDependencies: [
          { name: 'source', digest: { gitCommit: commit } },
          {
            name: 'package-lock.json',
            digest: { sha256: digestOf(packages).replace('sha256:', '') },
          },
          { name: 'node', uri: `pkg:generic/node@${node}` },
        ],
      },
      runDetails: { builder: { id: 'npm run release' } },
    },
  }
}
