#!/bin/sh
# Whether the process of this pod gets on: exit 0 where it touched its file within so many seconds, else 1.
# An idle worker does so each half minute, an idle watcher at each look; a look at wikis that are silent takes minutes.
# The child in which a worker does a slice is not looked at: what hangs there ends by its time (RUNBOOK.md).
# No Python: it would be started each ten seconds, and each second at first.
file=${CPH_HEARTBEAT:-/tmp/cph-heartbeat}
touched=$(stat -c %Y "$file" 2>/dev/null) || exit 1
[ $(($(date +%s) - touched)) -lt "${1:-600}" ]
