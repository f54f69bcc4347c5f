#!/usr/bin/env bash
# Run once by PostgreSQL's image when it makes the primary: Rollbook's role, which owns its database, and the replica's.
set -euo pipefail

# The passwords are variables of psql, set from its input: a command line is seen by every user of the machine.
psql --quiet --no-psqlrc --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" <<'SQL'
\getenv rollbook_password DATABASE_PASSWORD
\getenv replication_password REPLICATION_PASSWORD
CREATE ROLE rollbook LOGIN PASSWORD :'rollbook_password';
CREATE ROLE replica LOGIN REPLICATION PASSWORD :'replication_password';
SELECT format('ALTER DATABASE %I OWNER TO rollbook', current_database()) \gexec
SQL

# The containers' own network; nobody else reaches the port but this machine.
printf 'host replication replica samenet scram-sha-256\n' >>"$PGDATA/pg_hba.conf"
