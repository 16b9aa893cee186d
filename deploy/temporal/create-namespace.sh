#!/bin/sh
# Makes the namespace, or sets its retention, and waits until the server knows it. Safe to run again.
# Needs TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE, TEMPORAL_RETENTION.
set -eu

# Asks up to a minute: a new namespace is known to every part of the server after about ten seconds.
patiently() {
  for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
    "$@" >/dev/null 2>&1 && return
    sleep 3
  done
  "$@"
}

patiently temporal operator cluster health
if temporal operator namespace describe --namespace "$TEMPORAL_NAMESPACE" >/dev/null 2>&1; then
  temporal operator namespace update --namespace "$TEMPORAL_NAMESPACE" --retention "$TEMPORAL_RETENTION"
else
  temporal operator namespace create --namespace "$TEMPORAL_NAMESPACE" --retention "$TEMPORAL_RETENTION"
fi
patiently temporal operator search-attribute list --namespace "$TEMPORAL_NAMESPACE"
patiently temporal workflow list --namespace "$TEMPORAL_NAMESPACE" --limit 1
echo "namespace $TEMPORAL_NAMESPACE is there, retention $TEMPORAL_RETENTION"
