export interface PolicyOptions {
  readonly name?: string
  readonly mode: 'off' | 'shadow' | 'act'
  readonly limits?: Partial<Readonly<Record<'perNode' | 'perRequestor' | 'total', number>>>
  readonly clients?: boolean
  readonly accept?: 'verified' | 'plausible'
  /** Checks that must pass. */
  readonly required?: readonly string[]
  /** More fields of `spec`. */
  readonly spec?: Readonly<Record<string, unknown>>
}

/** An ApprovalPolicy as an admin would write it, in JSON, which is valid YAML. */
export function policyText({ name = 'e2e', spec, ...automatic }: PolicyOptions): string {
  return JSON.stringify({
    apiVersion: 'countersign.dev/v1alpha1',
    kind: 'ApprovalPolicy',
    metadata: { name },
    spec: { ...spec, automatic },
  })
}
