{{- define "countersign.name" -}}
{{- $name := printf "%s-%s" .Release.Name .Chart.Name -}}
{{- if contains .Chart.Name .Release.Name }}{{ $name = .Release.Name }}{{ end -}}
{{ $name | trunc 40 | trimSuffix "-" }}
{{- end }}

{{- define "countersign.approver" -}}
{{ include "countersign.name" . }}-approver
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

{{- define "countersign.selector" -}}
app.kubernetes.io/name: countersign
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/component: approver
{{- end }}

{{- define "countersign.labels" -}}
{{ include "countersign.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end }}
