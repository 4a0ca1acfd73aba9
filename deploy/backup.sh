#!/bin/sh
# Copies the archive while it is in use, reads the whole copy to see that it is sound, and keeps the newest few.
#
#   WENXUN_ARCHIVE=/var/lib/wenxun/archive BACKUPS=/var/backups/wenxun KEEP=7 backup.sh
set -eu
: "${WENXUN_ARCHIVE:?is the folder of the archive}" "${BACKUPS:?is the folder that holds the backups}"
keep=${KEEP:-7}
case $keep in *[!0-9]* | 0 | '') echo "KEEP is '$keep': wanted a number of backups, 1 or more." >&2; exit 2 ;; esac

name=$BACKUPS/$(date -u +%Y-%m-%dT%H%M%SZ)
wenxun backup "$name"
wenxun verify --archive "$name"

# Only names that this script gives, and only those whose copy is whole.
for old in $(ls -1 "$BACKUPS" | grep -E '^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{6}Z$' | sort -r | tail -n "+$((keep + 1))"); do
  rm -r -- "${BACKUPS:?}/$old"
done
