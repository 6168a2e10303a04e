{{/*
Values that are gone, with what took their place. The schema lets them pass, so that these words are the error.
Those of other charts that come to mind first are among them. UPGRADING.md says how a value is retired.
*/}}
{{- define "polder.gone" -}}
replicaCount: use api.replicas and projector.replicas
postgresql: there is no bundled database; put the URLs of yours into a Secret and name it in database.existingSecret
autoscaling: use api.autoscaling
resources: use api.resources, projector.resources, migrate.resources, admin.resources and upgrade.resources
{{- end -}}

{{/* Values that are each right and do not go together. */}}
{{- define "polder.refuse" -}}
{{- range $key, $hint := fromYaml (include "polder.gone" .) -}}
{{- if hasKey $.Values $key -}}
{{- fail (printf "the value %s does not exist (any more): %s" $key $hint) -}}
{{- end -}}
{{- end -}}
{{- if not .Values.database.existingSecret -}}
{{- fail "database.existingSecret is missing: name a Secret of this namespace with the databases' URLs (README.md)" -}}
{{- end -}}
{{- if le (int .Values.api.terminationGracePeriodSeconds) (add 15 .Values.api.drainDelaySeconds | int) -}}
{{- fail "api.terminationGracePeriodSeconds must be more than api.drainDelaySeconds + 15, or requests under way are cut off" -}}
{{- end -}}
{{- if and .Values.upgrade.enabled (not .Values.upgrade.id) -}}
{{- fail "upgrade.id is missing: it is what admin upgrade plan has printed" -}}
{{- end -}}
{{- if and .Values.ingress.enabled (not .Values.ingress.hosts) -}}
{{- fail "ingress.hosts is empty: name at least one host" -}}
{{- end -}}
{{- with .Values.api.autoscaling -}}
{{- if and .enabled (gt (int .minReplicas) (int .maxReplicas)) -}}
{{- fail "api.autoscaling.minReplicas is more than maxReplicas" -}}
{{- end -}}
{{- end -}}
{{- end -}}
