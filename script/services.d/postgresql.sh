# shellcheck shell=bash
# PostgreSQL for tests: a primary, a streaming replica of it, and PgBouncer in transaction mode before the primary.
# script/services sources this file and lib.sh.
#
# TEST_POSTGRES_BIN, where it is set, is the folder of the PostgreSQL that is used; otherwise the newest of Debian's is.
# Tests that break servers make their own in TEST_POSTGRES_CLUSTERS, as copies of the folder template in it; those that are
# still running at the end are ended, too.

postgresql_start() {
  local folder=$1 password bin primary_port replica_port pool_port
  bin=$(postgresql_bin)
  password=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
  (umask 077 && printf '%s' "$password" >"$folder/password")
  [ "$(id -u)" -ne 0 ] || chown -R postgres: "$folder"

  note 'making a primary'
  postgresql_try "$folder" initdb "$bin/initdb" -D "$folder/primary" -U postgres -A scram-sha-256 \
    --pwfile="$folder/password" -E UTF8 --locale=C.UTF-8 --no-sync
  # What is lost when the machine goes down is only a test's. There are no sockets in the file system: their paths must be
  # short, and a temporary folder's need not be.
  cat >>"$folder/primary/postgresql.conf" <<CONF
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
max_connections = 200
fsync = off
full_page_writes = off
CONF
  as_postgres "$folder" mkdir -m 0700 clusters
  as_postgres "$folder" cp -R primary clusters/template
  postgresql_start_server "$folder" primary
  primary_port=$port

  note 'making a replica of it'
  PGPASSWORD=$password postgresql_try "$folder" pg_basebackup "$bin/pg_basebackup" -D "$folder/replica" \
    -h 127.0.0.1 -p "$primary_port" -U postgres -X stream -C -S replica -R --checkpoint=fast --no-sync
  postgresql_start_server "$folder" replica
  replica_port=$port

  note 'putting PgBouncer before the primary'
  postgresql_start_pool "$folder" "$primary_port" "$password"
  pool_port=$port

  # The password is of this set of servers alone, and ends with it.
  cat >"$folder/env" <<ENV
TEST_POSTGRES_PRIMARY=postgres://postgres:$password@127.0.0.1:$primary_port/postgres
TEST_POSTGRES_REPLICA=postgres://postgres:$password@127.0.0.1:$replica_port/postgres
TEST_PGBOUNCER=postgres://postgres:$password@127.0.0.1:$pool_port/postgres
TEST_POSTGRES_BIN=$bin
TEST_POSTGRES_CLUSTERS=$folder/clusters
ENV
}

postgresql_alive() {
  postgresql_pid "$1" primary/postmaster.pid >/dev/null && postgresql_pid "$1" replica/postmaster.pid >/dev/null &&
    postgresql_pid "$1" pgbouncer.pid >/dev/null
}

# Nothing of it is wanted any more, so nobody is waited for.
postgresql_stop() {
  local file pid
  ! pid=$(postgresql_pid "$1" pgbouncer.pid) || kill -KILL "$pid" 2>/dev/null || true
  while IFS= read -r file; do
    pid=$(postgresql_pid "$1" "$file") || continue
    kill -QUIT "$pid" 2>/dev/null || continue
    for _ in $(seq 100); do
      postgresql_pid "$1" "$file" >/dev/null || continue 2
      sleep 0.1
    done
    # A server's own children end when they see that it has gone.
    kill -KILL "$pid" 2>/dev/null || true
  done < <(cd "$1" && find . -maxdepth 3 -name postmaster.pid -printf '%P\n')
}

postgresql_bin() {
  local found
  if [ -n "${TEST_POSTGRES_BIN:-}" ]; then
    found=$TEST_POSTGRES_BIN
  else
    found=$(compgen -G '/usr/lib/postgresql/*/bin' | sort -V | tail -n 1) || true
  fi
  [ -x "$found/initdb" ] || fail "PostgreSQL's servers are not installed" 'Run script/setup --test.'
  have pgbouncer || [ -x /usr/sbin/pgbouncer ] || fail 'PgBouncer is not installed' 'Run script/setup --test.'
  printf '%s\n' "$found"
}

# postgresql_pid FOLDER FILE: prints the number in the file, where it is of a process that serves from the folder. After a
# crash it can be another's by now.
postgresql_pid() {
  local pid
  pid=$(head -n 1 "$1/$2" 2>/dev/null) && [ -n "$pid" ] || return 1
  tr '\0' ' ' 2>/dev/null <"/proc/$pid/cmdline" | grep -qF -- "$1/" || return 1
  printf '%s\n' "$pid"
}

# as_postgres FOLDER COMMAND...: servers refuse to run as root, so root runs them as the user postgres.
as_postgres() (
  cd "$1" || exit
  shift
  exec 8>&- 9>&- </dev/null
  if [ "$(id -u)" -eq 0 ]; then
    exec setpriv --reuid=postgres --regid=postgres --init-groups env "HOME=$PWD" "$@"
  fi
  exec "$@"
)

# postgresql_try FOLDER NAME COMMAND...: runs a step that must succeed, and shows what it said where it does not.
postgresql_try() {
  local folder=$1 name=$2
  shift 2
  as_postgres "$folder" "$@" >"$folder/$name.log" 2>&1 || postgresql_failed "$name failed" "$folder/$name.log"
}

# postgresql_failed WHAT LOG...
postgresql_failed() {
  local what=$1 lines=() log
  shift
  for log in "$@"; do
    [ ! -s "$log" ] || lines+=("The end of $(basename "$log"):" "$(tail -n 20 "$log")")
  done
  fail "$what" "${lines[@]}"
}

# on_free_port LOG COMMAND...: sets port to one that is free and runs the command, which starts a server there. Somebody
# else can take the port in between: then it is tried with another.
on_free_port() {
  local log=$1
  shift
  for _ in 1 2 3 4 5; do
    port=$(free_port)
    rm -f "$log"
    if "$@"; then return 0; fi
    grep -qi 'address already in use' "$log" || return 1
  done
  return 1
}

# free_port: prints a port of 127.0.0.1 where nobody listens, below those that the kernel gives to clients.
free_port() {
  local candidate
  for _ in $(seq 100); do
    candidate=$((15000 + RANDOM % 15000))
    (exec 3<>"/dev/tcp/127.0.0.1/$candidate") 2>/dev/null || { printf '%s\n' "$candidate" && return; }
  done
  fail 'there is no free port'
}

# postgresql_start_server FOLDER NAME: starts the server whose data is in FOLDER/NAME, and sets port.
postgresql_start_server() {
  on_free_port "$1/$2.log" postgresql_start_on_port "$1" "$2" ||
    postgresql_failed "the $2 does not start" "$1/$2.log" "$1/pg_ctl.log"
}

postgresql_start_on_port() {
  printf 'port = %s\n' "$port" >>"$1/$2/postgresql.conf"
  as_postgres "$1" "$(postgresql_bin)/pg_ctl" -D "$1/$2" -l "$1/$2.log" -w -t 60 start >"$1/pg_ctl.log" 2>&1
}

# postgresql_start_pool FOLDER PRIMARY_PORT PASSWORD: starts PgBouncer, and sets port. It lets every database and every
# role with a password through.
postgresql_start_pool() {
  (umask 077 && printf '"postgres" "%s"\n' "$3" >"$1/pgbouncer.users")
  [ "$(id -u)" -ne 0 ] || chown postgres: "$1/pgbouncer.users"
  on_free_port "$1/pgbouncer.log" postgresql_start_pool_on_port "$1" "$2" ||
    postgresql_failed 'PgBouncer does not start' "$1/pgbouncer.log" "$1/pgbouncer.said"
}

postgresql_start_pool_on_port() {
  cat >"$1/pgbouncer.ini" <<INI
[databases]
* = host=127.0.0.1 port=$2
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = $port
unix_socket_dir =
pool_mode = transaction
auth_type = scram-sha-256
auth_file = $1/pgbouncer.users
auth_user = postgres
auth_query = SELECT usename, passwd FROM pg_shadow WHERE usename = \$1
admin_users = postgres
max_client_conn = 500
default_pool_size = 20
server_idle_timeout = 5
logfile = $1/pgbouncer.log
pidfile = $1/pgbouncer.pid
INI
  as_postgres "$1" env "PATH=$PATH:/usr/sbin" pgbouncer -d "$1/pgbouncer.ini" >"$1/pgbouncer.said" 2>&1 || return 1
  for _ in $(seq 100); do
    if (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then return 0; fi
    sleep 0.1
  done
  return 1
}
