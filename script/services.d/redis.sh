# shellcheck shell=bash
# Redis for tests: one server, with a password, that saves nothing.
# script/services sources this file and lib.sh.
#
# Tests that stop or break a server start their own.

redis_start() {
  local folder=$1 password
  have redis-server || fail 'Redis is not installed' 'Run script/setup --test.'
  password=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
  on_free_port "$folder/redis.log" redis_start_on_port "$folder" "$password" ||
    fail 'Redis does not start' "$(tail -n 20 "$folder/redis.log" 2>/dev/null || true)"
  printf 'TEST_REDIS=redis://:%s@127.0.0.1:%s/0\n' "$password" "$port" >"$folder/env"
}

redis_alive() { redis_pid "$1" >/dev/null; }

# Nothing of it is wanted any more.
redis_stop() {
  local pid
  ! pid=$(redis_pid "$1") || kill -KILL "$pid" 2>/dev/null || true
}

# redis_pid FOLDER: prints the number of the process, where it is still the one that was started: its working folder is
# FOLDER. After a crash the number can be another's by now.
redis_pid() {
  local pid
  pid=$(cat "$1/redis.pid" 2>/dev/null) && [ -n "$pid" ] || return 1
  [ "$(readlink "/proc/$pid/cwd" 2>/dev/null)" = "$(readlink -f "$1")" ] || return 1
  printf '%s\n' "$pid"
}

# redis_start_on_port FOLDER PASSWORD: the password stands in a file of its own, where no list of processes shows it.
redis_start_on_port() {
  (
    umask 077
    cat >"$1/redis.conf" <<CONF
port $port
bind 127.0.0.1
dir $1
save ""
appendonly no
requirepass $2
daemonize yes
pidfile $1/redis.pid
logfile $1/redis.log
CONF
  )
  redis-server "$1/redis.conf" 8>&- 9>&- || return 1
  for _ in $(seq 100); do
    if redis_alive "$1" && (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then return 0; fi
    ! grep -qi 'address already in use' "$1/redis.log" 2>/dev/null || return 1
    sleep 0.1
  done
  return 1
}
