{{/* The beginning of all names: short enough for what follows, CronJobs have 52 letters in all. */}}
{{- define "polder.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 40 | trimSuffix "-" -}}
{{- else -}}
{{- $name := .Values.nameOverride | default .Chart.Name -}}
{{- ternary .Release.Name (printf "%s-%s" .Release.Name $name) (contains $name .Release.Name) | trunc 40 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{/* What tells the pods of a component from all others; never changes within a release. */}}
{{- define "polder.selector" -}}
app.kubernetes.io/name: {{ .root.Values.nameOverride | default .root.Chart.Name }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
{{- end -}}

{{/* Labels of pods: none that changes with the chart alone, which would replace them all. */}}
{{- define "polder.podLabels" -}}
{{ include "polder.selector" . }}
app.kubernetes.io/part-of: polder
{{- with merge (dict) (.values.podLabels | default dict) .root.Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{- define "polder.labels" -}}
{{ include "polder.selector" . }}
app.kubernetes.io/part-of: polder
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
app.kubernetes.io/version: {{ .root.Values.image.tag | default .root.Chart.AppVersion | trunc 63 | quote }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version | replace "+" "_" | trunc 63 }}
{{- with .root.Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{- define "polder.image" -}}
{{- with .Values.image -}}
{{- if .digest -}}
{{ .repository }}@{{ .digest }}
{{- else -}}
{{ .repository }}:{{ .tag | default $.Chart.AppVersion }}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "polder.serviceAccountName" -}}
{{- .Values.serviceAccount.name | default (ternary (include "polder.fullname" .) "default" .Values.serviceAccount.create) -}}
{{- end -}}

{{/*
The objects of yours that pods read at their start, as they are in the cluster: when one has changed,
`helm upgrade` replaces the pods. It says nothing where the cluster is not asked (`helm template`).
The number of the object's version stands for its content: a hash would give a password away that is guessed.
*/}}
{{- define "polder.checksums" -}}
{{- $secret := lookup "v1" "Secret" .Release.Namespace .Values.database.existingSecret -}}
{{- with $secret }}
checksum/database: {{ printf "%s/%s" .metadata.uid .metadata.resourceVersion | sha256sum | quote }}
{{- end }}
{{- if .Values.database.ca.existingConfigMap }}
{{- with lookup "v1" "ConfigMap" .Release.Namespace .Values.database.ca.existingConfigMap }}
checksum/ca: {{ toJson (merge (dict) (.data | default dict) (.binaryData | default dict)) | sha256sum | quote }}
{{- end }}
{{- end }}
{{- end -}}

{{/* Where the databases are and as whom; .key is the key of the Secret. */}}
{{- define "polder.databaseEnv" -}}
{{- $secret := required "database.existingSecret is missing: name a Secret of this namespace with the databases' URLs" .root.Values.database.existingSecret -}}
- name: POLDER_CATALOG_URL
  valueFrom: {secretKeyRef: {name: {{ $secret }}, key: {{ .key }}}}
- name: POLDER_STORE_LOGIN
  valueFrom: {secretKeyRef: {name: {{ $secret }}, key: {{ .key }}-store-login, optional: true}}
- name: POLDER_STORE_PASSWORD
  valueFrom: {secretKeyRef: {name: {{ $secret }}, key: {{ .key }}-store-password, optional: true}}
{{- if .migrate }}
- name: POLDER_MIGRATE_LOGIN
  valueFrom: {secretKeyRef: {name: {{ $secret }}, key: {{ .key }}-migrate-login, optional: true}}
- name: POLDER_MIGRATE_PASSWORD
  valueFrom: {secretKeyRef: {name: {{ $secret }}, key: {{ .key }}-migrate-password, optional: true}}
{{- end }}
{{- if .root.Values.database.ca.existingConfigMap }}
- name: PGSSLROOTCERT
  value: /etc/polder/ca/{{ .root.Values.database.ca.key }}
{{- end }}
{{- end -}}

{{- define "polder.volumeMounts" -}}
{{- $mounts := .values.extraVolumeMounts | default list -}}
{{- if .root.Values.database.ca.existingConfigMap -}}
{{- $mounts = prepend $mounts (dict "name" "database-ca" "mountPath" "/etc/polder/ca" "readOnly" true) -}}
{{- end -}}
{{- if (.values.tls | default dict).existingSecret -}}
{{- $mounts = prepend $mounts (dict "name" "tls" "mountPath" "/etc/polder/tls" "readOnly" true) -}}
{{- end -}}
{{- with $mounts -}}
volumeMounts:
  {{- toYaml . | nindent 2 }}
{{- end -}}
{{- end -}}

{{- define "polder.volumes" -}}
{{- $volumes := .values.extraVolumes | default list -}}
{{- with .root.Values.database.ca.existingConfigMap -}}
{{- $volumes = prepend $volumes (dict "name" "database-ca" "configMap" (dict "name" .)) -}}
{{- end -}}
{{- with (.values.tls | default dict).existingSecret -}}
{{- $volumes = prepend $volumes (dict "name" "tls" "secret" (dict "secretName" .)) -}}
{{- end -}}
{{- with $volumes -}}
volumes:
  {{- toYaml . | nindent 2 }}
{{- end -}}
{{- end -}}

{{/* What all pods have in common: no token, no variables of services, the security context, the place. */}}
{{- define "polder.pod" -}}
automountServiceAccountToken: false
enableServiceLinks: false
{{- with .root.Values.imagePullSecrets }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .root.Values.podSecurityContext }}
securityContext:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .values.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .values.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .values.affinity }}
affinity:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .values.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- with include "polder.volumes" . }}
{{ . }}
{{- end }}
{{- end -}}

{{/* What all containers have in common, beside name, command and environment. */}}
{{- define "polder.container" -}}
image: {{ include "polder.image" .root }}
imagePullPolicy: {{ .root.Values.image.pullPolicy }}
{{- with .root.Values.containerSecurityContext }}
securityContext:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .values.resources }}
resources:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with include "polder.volumeMounts" . }}
{{ . }}
{{- end }}
{{- end -}}

{{/* Variables of yours. One that the chart sets has a value of its own, or belongs in the Secret. */}}
{{- define "polder.extraEnv" -}}
{{- range .env -}}
{{- if has .name $.set -}}
{{- fail (printf "extraEnv sets %s, which the chart sets: use the value for it (README.md)" .name) -}}
{{- end -}}
{{- end -}}
{{- with .env -}}
{{- toYaml . -}}
{{- end -}}
{{- end -}}

{{/* A container that runs a command of admin: .name, .args, .values. */}}
{{- define "polder.adminContainer" -}}
name: {{ .name }}
command: [/admin]
args:
  {{- range .args }}
  - {{ . | quote }}
  {{- end }}
env:
  {{- include "polder.databaseEnv" (dict "root" .root "key" .root.Values.database.keys.admin "migrate" true) | nindent 2 }}
  - name: POLDER_ACTOR
    value: {{ .root.Values.admin.actor | quote }}
{{ include "polder.container" . }}
{{- end -}}

{{/*
Exit codes of admin that no second try mends fail a Job at once; a pod that the cluster took away does not count.
2 wrong input, 3 and 4 not allowed, 5 not there, 7 something must be done first, 9 found wanting.
*/}}
{{- define "polder.podFailurePolicy" -}}
podFailurePolicy:
  rules:
    - action: Ignore
      onPodConditions: [{type: DisruptionTarget, status: "True"}]
    - action: FailJob
      onExitCodes: {operator: In, values: [2, 3, 4, 5, 7, 9]}
{{- end -}}

{{- define "polder.spread" -}}
{{- range .values.topologySpreadConstraints }}
- {{ merge (dict "labelSelector" (dict "matchLabels" (fromYaml (include "polder.selector" $))) "matchLabelKeys" (list "pod-template-hash")) . | toYaml | nindent 2 | trim }}
{{- end }}
{{- end -}}

{{- define "polder.probes" -}}
{{- $scheme := ternary "HTTPS" "HTTP" (not (empty (.values.tls | default dict).existingSecret)) -}}
startupProbe:
  httpGet: {path: /healthz, port: {{ .port }}, scheme: {{ $scheme }}}
  {{- toYaml .values.startupProbe | nindent 2 }}
livenessProbe:
  httpGet: {path: /healthz, port: {{ .port }}, scheme: {{ $scheme }}}
  {{- toYaml .values.livenessProbe | nindent 2 }}
readinessProbe:
  httpGet: {path: /readyz, port: {{ .port }}, scheme: {{ $scheme }}}
  {{- toYaml .values.readinessProbe | nindent 2 }}
{{- end -}}
