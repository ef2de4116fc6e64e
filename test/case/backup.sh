#!/bin/sh
# Backups under an import restore to the same digest.
exec "$(dirname "$0")/../fault/backup.sh" --backups 2 --events 400000
