#!/bin/sh
# A PostgreSQL cluster of its own for the benchmarks: cluster.sh start|stop DIR PORT
#
# Durable as installed (fsync and synchronous_commit on); memory and checkpoints as one would set them on a
# machine of this size. Listens on a socket in DIR and on 127.0.0.1:PORT. Runs as the user postgres when
# started by root.
set -eu
what=$1 dir=$2 port=$3
bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1)
[ -n "$bin" ] || bin=$(dirname "$(command -v initdb)")
as() { if [ "$(id -u)" = 0 ]; then runuser -u postgres -- "$@"; else "$@"; fi; }
case $what in
start)
    mkdir -p "$dir"
    [ "$(id -u)" != 0 ] || chown postgres "$dir"
    cd "$dir"
    as "$bin/initdb" -D "$dir/data" -A trust -U postgres --no-locale -E UTF8 >"$dir/initdb.log"
    cat >>"$dir/data/postgresql.conf" <<CONF
listen_addresses = '127.0.0.1'
port = $port
unix_socket_directories = '$dir'
shared_buffers = 2GB
max_wal_size = 8GB
checkpoint_timeout = 15min
wal_compression = on
CONF
    as "$bin/pg_ctl" -D "$dir/data" -l "$dir/log" -w start >/dev/null
    # It is a session of its own, and sessions share the processors: with the weight of who started it.
    weight=$(sed -n 's/.*nice //p' /proc/self/autogroup 2>/dev/null || true)
    [ -z "$weight" ] || echo "$weight" >"/proc/$(head -n 1 "$dir/data/postmaster.pid")/autogroup" 2>/dev/null || true
    as psql -h "$dir" -p "$port" -U postgres -q -f - <<'SQL'
create table event (
    message_id text primary key,
    time timestamptz not null,
    name text not null,
    user_id text,
    anonymous_id text,
    item text,
    category text,
    order_no text,
    amount_fen bigint,
    properties jsonb
);
create table event_plain (like event);
SQL
    ;;
stop)
    cd "$dir"
    as "$bin/pg_ctl" -D "$dir/data" -m fast -w stop >/dev/null
    ;;
esac
