/** The built-in policy as a document to start from: every field with its default. */
export const BUILT_IN_POLICY = `apiVersion: countersign.dev/v1alpha1
kind: ApprovalPolicy
metadata:
  name: my-policy
spec:
  allowedAddresses: []
  allowedNames: []
  limitClients: false
  maxExpiration: 366d
  bootstrapRequestors: []
  allowRebootstrap: true
  expectedComplete: false
  machines:
    namespaces: []
  signers: []
  rules: []
  automatic:
    mode: off
    accept: verified
    clients: false
    required:
      - node.new
      - node.known
      - sans.owned
      - sans.foreign
      - sans.reserved
      - key.reuse
      - policy.rules
    limits:
      perNode: 10
      perRequestor: 1000
      total: 2000
  secondPerson:
    for: []
    within: 1h
`
