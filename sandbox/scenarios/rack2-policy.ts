/** The policy of prod-edge-1's admins, in shadow mode first. */
export const RACK2_POLICY = `apiVersion: countersign.dev/v1alpha1
kind: ApprovalPolicy
metadata:
  name: prod-edge-1
spec:
  # Racks and the control plane have this network, and nothing else has.
  allowedAddresses:
    - 10.20.0.0/16
  allowedNames:
    - "*.rack?.example.com"
    - "control-plane-?.example.com"
  automatic:
    # shadow: says what it would approve, and approves nothing.
    mode: shadow
    accept: verified
`
