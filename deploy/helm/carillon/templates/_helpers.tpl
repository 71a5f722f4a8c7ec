{{- define "carillon.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{- define "carillon.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 63 | trimSuffix "-" -}}
{{- else if contains (include "carillon.name" .) .Release.Name -}}
{{- .Release.Name | trunc 63 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name (include "carillon.name" .) | trunc 63 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{/* What finds the pods. It never changes: a Deployment cannot change its selector. */}}
{{- define "carillon.selector" -}}
app.kubernetes.io/name: {{ include "carillon.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "carillon.labels" -}}
{{ include "carillon.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name (.Chart.Version | replace "+" "_") }}
{{- end -}}

{{- define "carillon.image" -}}
{{- if .Values.image.digest -}}
{{ .Values.image.repository }}@{{ .Values.image.digest }}
{{- else -}}
{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end -}}
{{- end -}}

{{/* What is written: large numbers that YAML reads as such would become 1e+06. */}}
{{- define "carillon.settings" -}}
{{- range $name, $value := .Values.settings }}
{{ $name }}: {{ ternary (printf "%.0f" $value) (toString $value) (kindIs "float64" $value) | quote }}
{{- end }}
{{- end -}}

{{- define "carillon.secret" -}}
{{- required "existingSecret: name a Secret that holds KEY_ENCRYPTION_SECRET and, with MySQL or MariaDB, DATABASE_URL." .Values.existingSecret -}}
{{- end -}}

{{/* Fails where the values cannot work together. */}}
{{- define "carillon.check" -}}
{{- $_ := required "settings.PUBLIC_URL: set it to the https address under which applications reach the service." .Values.settings.PUBLIC_URL -}}
{{- if eq .Values.database.kind "sqlite" -}}
{{- if ne (toString .Values.replicaCount) "1" -}}
{{- fail "replicaCount: one process holds a SQLite file. Set replicaCount to 1, or database.kind to mysql." -}}
{{- end -}}
{{- end -}}
{{- if lt (int .Values.terminationGracePeriodSeconds) (add .Values.preStopSeconds 25 | int) -}}
{{- fail "terminationGracePeriodSeconds: calls get 20 s at the stop, after preStopSeconds. Set it to preStopSeconds + 25 or more." -}}
{{- end -}}
{{- if and .Values.ingress.enabled (not .Values.ingress.hosts) -}}
{{- fail "ingress.hosts: name the host of settings.PUBLIC_URL." -}}
{{- end -}}
{{- end -}}
