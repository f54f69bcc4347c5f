#!/usr/bin/env bash
# What the replica's container runs: takes a copy of the primary where it has none, then follows it.
set -euo pipefail

if [ ! -s "$PGDATA/PG_VERSION" ]; then
  # A copy that was broken off is begun again.
  find "$PGDATA" -mindepth 1 -delete
  chmod 0700 "$PGDATA"
  # The slot keeps for this replica what the primary would otherwise throw away. One that is there belonged to a copy that is no
  # more, and may be lost: the primary keeps no more than max_slot_wal_keep_size for it.
  for command in 'DROP_REPLICATION_SLOT rollbook_replica' 'CREATE_REPLICATION_SLOT rollbook_replica PHYSICAL'; do
    PGPASSWORD=$REPLICATION_PASSWORD psql --quiet --no-psqlrc \
      "host=$PRIMARY_HOST user=replica replication=database dbname=postgres" --command "$command" >/dev/null 2>&1 || true
  done
  PGPASSWORD=$REPLICATION_PASSWORD pg_basebackup --pgdata="$PGDATA" --host="$PRIMARY_HOST" --username=replica \
    --wal-method=stream --slot=rollbook_replica --write-recovery-conf --checkpoint=fast
fi
exec postgres -c hot_standby=on -c hot_standby_feedback=on
