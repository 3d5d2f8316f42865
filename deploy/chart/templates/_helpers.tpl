{{- define "countersign.name" -}}
{{- $name := printf "%s-%s" .Release.Name .Chart.Name -}}
{{- if contains .Chart.Name .Release.Name }}{{ $name = .Release.Name }}{{ end -}}
{{ $name | trunc 40 | trimSuffix "-" }}
{{- end }}

{{- define "countersign.approver" -}}
{{ include "countersign.name" . }}-approver
{{- end }}

{{- define "countersign.dashboard" -}}
{{ include "countersign.name" . }}-dashboard
{{- end }}

{{- define "countersign.policy" -}}
{{ .Values.policy.existingConfigMap | default (printf "%s-policy" (include "countersign.name" .)) }}
{{- end }}

{{- define "countersign.hasExpected" -}}
{{- if or .Values.expected.existingConfigMap .Values.expected.csv }}true{{ end }}
{{- end }}

{{- define "countersign.expected" -}}
{{ .Values.expected.existingConfigMap | default (printf "%s-expected" (include "countersign.name" .)) }}
{{- end }}

{{- define "countersign.image" -}}
{{- $image := .Values.image -}}
{{- if $image.digest }}{{ $image.repository }}@{{ $image.digest }}{{ else }}{{ $image.repository }}:{{ $image.tag | default .Chart.AppVersion }}{{ end }}
{{- end }}

{{- define "countersign.isOpenShift" -}}
{{- if eq (toString .Values.openshift) "auto" }}{{ if .Capabilities.APIVersions.Has "config.openshift.io/v1" }}true{{ end }}{{ else if .Values.openshift }}true{{ end }}
{{- end }}

{{- /* Labels of one program's objects: (list $ "approver") or (list $ "dashboard"). */ -}}
{{- define "countersign.selector" -}}
app.kubernetes.io/name: countersign
app.kubernetes.io/instance: {{ (index . 0).Release.Name }}
app.kubernetes.io/component: {{ index . 1 }}
{{- end }}

{{- define "countersign.labels" -}}
{{- $top := index . 0 -}}
{{ include "countersign.selector" . }}
app.kubernetes.io/version: {{ $top.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ $top.Release.Service }}
{{- end }}

{{- /* Rules of the checks: both programs judge by these, and only read them. */ -}}
{{- define "countersign.rules.checks" -}}
- apiGroups: [certificates.k8s.io]
  resources: [certificatesigningrequests]
  verbs: [get, list, watch]
- apiGroups: [""]
  resources: [nodes]
  verbs: [get, list, watch]
- apiGroups: [machine.openshift.io, cluster.x-k8s.io]
  resources: [machines]
  verbs: [get, list, watch]
{{- end }}

{{- /* Service addresses, for which no machine may ask. */ -}}
{{- define "countersign.rules.networks" -}}
- apiGroups: [networking.k8s.io]
  resources: [servicecidrs]
  verbs: [list]
- apiGroups: [config.openshift.io]
  resources: [networks]
  resourceNames: [cluster]
  verbs: [get]
{{- end }}

{{- /* Environment of both programs: where the API server is, and how kubelets are asked. */ -}}
{{- define "countersign.env" -}}
{{- $approver := .Values.approver -}}
{{- with $approver.apiServer.host }}
- { name: KUBERNETES_SERVICE_HOST, value: {{ . | quote }} }
- { name: KUBERNETES_SERVICE_PORT, value: {{ $approver.apiServer.port | default 6443 | quote }} }
{{- end }}
{{- with $approver.serviceNetworks }}
- { name: COUNTERSIGN_SERVICE_NETWORKS, value: {{ join "," . | quote }} }
{{- end }}
{{- with $approver.secondPerson }}
- { name: COUNTERSIGN_SECOND_PERSON, value: {{ join "," . | quote }} }
{{- end }}
{{- if $approver.kubelets.ask }}
- { name: COUNTERSIGN_KUBELET_PORTS, value: {{ join "," $approver.kubelets.ports | quote }} }
{{- with $approver.kubelets.networks }}
- { name: COUNTERSIGN_KUBELET_NETWORKS, value: {{ join "," . | quote }} }
{{- end }}
{{- else }}
- { name: COUNTERSIGN_LIVE_CERTIFICATES, value: "off" }
{{- end }}
{{- end }}

{{- define "countersign.tolerations" -}}
{{- with .tolerations }}{{ toYaml . }}{{ end }}
{{- if .hostNetwork }}
# On a node whose network is not up yet, which is when it is needed first.
- { key: node.kubernetes.io/not-ready, operator: Exists, effect: NoSchedule }
- { key: node.kubernetes.io/network-unavailable, operator: Exists, effect: NoSchedule }
- { key: node.cloudprovider.kubernetes.io/uninitialized, operator: Exists, effect: NoSchedule }
{{- end }}
{{- end }}

{{- /* The Pod's own token and CA, mounted as every client expects them. */ -}}
{{- define "countersign.token" -}}
- name: token
  projected:
    defaultMode: 0444
    sources:
      - serviceAccountToken: { path: token, expirationSeconds: 3600 }
      - configMap:
          name: kube-root-ca.crt
          items: [{ key: ca.crt, path: ca.crt }]
      - downwardAPI:
          items: [{ path: namespace, fieldRef: { fieldPath: metadata.namespace } }]
{{- end }}
