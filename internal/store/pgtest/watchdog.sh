# Makes a cluster where there is none, runs its server, and ends it when
# standard input ends: when the process that started this script closes it or
# is no more, however it ended.
#
# bin: the programs. data: the cluster. dir: the socket and the log.
# settings: "fast" or "durable".
set -u
bin=$1 data=$2 dir=$3 settings=$4 superuser=$5
# Standard input of what runs in the background would be /dev/null.
exec 3<&0 </dev/null >"$dir/log" 2>&1

if [ ! -e "$data/PG_VERSION" ]; then
  "$bin/initdb" --no-sync --auth=trust --encoding=UTF8 --locale=C.UTF-8 --username="$superuser" -D "$data" || exit
fi
if [ "$settings" = durable ]; then
  end=INT # fast shutdown: connections are cut, everything is on disk
  set -- -c shared_buffers=512MB -c max_wal_size=4GB -c checkpoint_timeout=15min
else
  end=QUIT # immediate shutdown: nothing needs to be kept
  set -- -c shared_buffers=64MB -c fsync=off -c synchronous_commit=off -c full_page_writes=off
fi
"$bin/postgres" -D "$data" -c listen_addresses= -c unix_socket_directories="$dir" \
  -c unix_socket_permissions=0700 -c port=5432 -c max_connections=200 -c autovacuum=on \
  -c timezone=UTC -c log_timezone=UTC "$@" 3<&- &
server=$!
{
  cat >/dev/null <&3
  : >"$dir/end"
  kill -s "$end" "$server"
} &
watch=$!
wait "$server"
status=$?
if [ -e "$dir/end" ]; then
  rm -rf "$dir"
else # by itself: the log says why
  kill "$watch"
fi
exit "$status"
