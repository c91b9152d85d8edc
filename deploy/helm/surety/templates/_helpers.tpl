{{/* The name of the release's objects. */}}
{{- define "surety.name" -}}
{{ default .Release.Name .Values.fullnameOverride }}
{{- end -}}

{{/* "true" where the data is in PostgreSQL, else empty. */}}
{{- define "surety.postgresql" -}}
{{ if or .Values.database.url .Values.database.existingSecret.name }}true{{ end }}
{{- end -}}

{{/* "true" where workers run apart from the server, else empty. */}}
{{- define "surety.workers" -}}
{{ if and (include "surety.postgresql" .) .Values.worker.enabled }}true{{ end }}
{{- end -}}

{{/* The labels that pods are found by; a component is added to them. */}}
{{- define "surety.selector" -}}
app.kubernetes.io/name: surety
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "surety.labels" -}}
{{ include "surety.selector" . }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end -}}

{{- define "surety.serviceAccount" -}}
{{ if .Values.serviceAccount.create }}{{ default (include "surety.name" .) .Values.serviceAccount.name }}{{ else }}{{ default "default" .Values.serviceAccount.name }}{{ end }}
{{- end -}}

{{- define "surety.image" -}}
{{ required "image.repository is required: build Surety's Dockerfile, push it, and name the repository" .Values.image.repository }}:{{ required "image.tag is required: the tag that you pushed the image with" .Values.image.tag }}
{{- end -}}

{{/* What server and workers have in common in their pods. */}}
{{- define "surety.pod" -}}
serviceAccountName: {{ include "surety.serviceAccount" . }}
automountServiceAccountToken: false
{{- /* The variables that Kubernetes makes of a service named surety look like settings. */}}
enableServiceLinks: false
{{- with .Values.image.pullSecrets }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
securityContext:
  runAsNonRoot: true
  runAsUser: 65532
  runAsGroup: 65532
  fsGroup: 65532
  fsGroupChangePolicy: OnRootMismatch
  seccompProfile:
    type: RuntimeDefault
{{- end -}}

{{- define "surety.container" -}}
image: {{ include "surety.image" . | quote }}
imagePullPolicy: {{ .Values.image.pullPolicy }}
securityContext:
  readOnlyRootFilesystem: true
  allowPrivilegeEscalation: false
  capabilities:
    drop: [ALL]
{{- end -}}

{{/* The settings of server and workers, as variables. */}}
{{- define "surety.env" -}}
- name: SURETY_DATABASE
  {{- if include "surety.postgresql" . }}
  valueFrom:
    secretKeyRef:
      {{- if .Values.database.existingSecret.name }}
      name: {{ .Values.database.existingSecret.name }}
      key: {{ .Values.database.existingSecret.key }}
      {{- else }}
      name: {{ include "surety.name" . }}
      key: database-url
      {{- end }}
  {{- else }}
  value: /data/surety.db
  {{- end }}
- name: SURETY_KEY_FILE
  value: /etc/surety/key
- name: SURETY_METRICS_LISTEN
  value: ":9090"
{{- end -}}

{{- define "surety.mounts" -}}
- name: key
  mountPath: /etc/surety
  readOnly: true
- name: tmp
  mountPath: /tmp
{{- end -}}

{{/* The file of the key belongs to root and is readable by the pod's group:
     288 is 0440. */}}
{{- define "surety.volumes" -}}
- name: key
  secret:
    {{- if .Values.encryptionKey.existingSecret.name }}
    secretName: {{ .Values.encryptionKey.existingSecret.name }}
    {{- else }}
    secretName: {{ include "surety.name" . }}
    {{- end }}
    defaultMode: 288
    items:
      {{- if .Values.encryptionKey.existingSecret.name }}
      - key: {{ .Values.encryptionKey.existingSecret.key }}
      {{- else }}
      - key: key
      {{- end }}
        path: key
- name: tmp
  emptyDir: {}
{{- end -}}
