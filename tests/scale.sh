#!/usr/bin/env bash
# Worlds spread over three servers behind nginx and HAProxy, with the very configurations of docs/scale: each world is
# always at its server, whatever way a request names it; a server that is killed comes back with its worlds, and disturbs
# none of the others; a name that was never made is 404. Then the backups of docs/scale.md.
#
#     tests/scale.sh [BINARY]      the default is target/debug/usertwin
#
# Loopback only. Needs nginx, haproxy, sqlite3 and curl; installs nothing. Bounded to $LIMIT seconds.
set -euo pipefail
cd "$(dirname "$0")/.."
binary="$(realpath "${1:-target/debug/usertwin}")"
if [ -z "${SCALE_BOUNDED:-}" ]; then SCALE_BOUNDED=yes exec timeout --kill-after 10 "${LIMIT:-180}" bash "$0" "$binary"; fi

# Debian keeps servers where only root's path leads.
PATH="$PATH:/usr/sbin:/sbin"
worlds=300
scratch="$(mktemp -d)"
declare -A process=()
stop() {
  status=$?
  for name in "${!process[@]}"; do
    kill "${process[$name]}" 2>/dev/null || true
    wait "${process[$name]}" 2>/dev/null || true
  done
  if [ "$status" -ne 0 ]; then tail -n 15 "$scratch"/*.log >&2 || true; fi
  rm -rf "$scratch"
}
trap stop EXIT
trap 'exit 1' INT TERM
fail() {
  echo "tests/scale.sh: $1" >&2
  exit 1
}
say() { printf '%6.1f s  %s\n' "$((($(date +%s%N) - begin) / 100000000))e-1" "$1"; }
begin="$(date +%s%N)"

free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }
# Shards are asked for at the same ports before and after a restart.
ports=()
for _ in 0 1 2; do ports+=("$(free_port)"); done

start() {
  local line
  mkdir -p "$scratch/$1"
  rm -f "$scratch/$1/first"
  mkfifo "$scratch/$1/first"
  "$binary" serve --listen "127.0.0.1:${ports[$1]}" --database "sqlite:$scratch/$1/users.db" --worlds listed --log warn \
    >"$scratch/$1/first" 2>>"$scratch/shard$1.log" &
  process[shard$1]=$!
  read -r line <"$scratch/$1/first" || fail "server $1 does not start"
}
for shard in 0 1 2; do start "$shard"; done

# The documented files, with the names of servers as addresses and a free port.
own() {
  sed -e "s/usertwin-0\.usertwin:8080/127.0.0.1:${ports[0]}/; s/usertwin-1\.usertwin:8080/127.0.0.1:${ports[1]}/" \
    -e "s/usertwin-2\.usertwin:8080/127.0.0.1:${ports[2]}/" -e "$2" "docs/scale/$1"
}
declare -A proxy=()
proxy[nginx]="$(free_port)"
mkdir "$scratch/nginx"
{
  # Where nginx writes is compiled in, and those folders are root's.
  echo "daemon off; pid $scratch/nginx/pid; error_log $scratch/nginx.log warn;"
  own nginx.conf "s/listen 8080;/listen 127.0.0.1:${proxy[nginx]};/" | sed "s#^http {#&\n    access_log off; client_body_temp_path $scratch/nginx/body; proxy_temp_path $scratch/nginx/proxy; fastcgi_temp_path $scratch/nginx/fastcgi; uwsgi_temp_path $scratch/nginx/uwsgi; scgi_temp_path $scratch/nginx/scgi;#"
} >"$scratch/nginx.conf"
nginx -c "$scratch/nginx.conf" -e "$scratch/nginx.log" &
process[nginx]=$!
proxy[haproxy]="$(free_port)"
own haproxy.cfg "s/bind :8080/bind 127.0.0.1:${proxy[haproxy]}/" >"$scratch/haproxy.cfg"
haproxy -db -f "$scratch/haproxy.cfg" >"$scratch/haproxy.log" 2>&1 &
process[haproxy]=$!
for name in nginx haproxy; do
  for _ in $(seq 100); do
    if (exec 3<>"/dev/tcp/127.0.0.1/${proxy[$name]}") 2>/dev/null; then continue 2; fi
    kill -0 "${process[$name]}" || fail "$name does not start"
    sleep 0.05
  done
  fail "$name does not listen"
done
say "three servers behind nginx and HAProxy"

ask() { curl --silent --show-error --noproxy '*' --max-time 20 "$@"; }
# statuses WANTED COUNT ARGUMENTS…: every one of COUNT requests answers WANTED.
statuses() {
  local wanted="$1" count="$2" got
  shift 2
  got="$(ask --output /dev/null --write-out '%{http_code}\n' "$@" 2>/dev/null | sort | uniq -c | awk '{ print $2 " " $1 }')" || true
  [ "$got" = "$wanted $count" ] || fail "$count requests should answer $wanted: $(tr '\n' ',' <<<"$got") for ${*: -1}"
}
names() { ask "$1/_usertwin/worlds" | grep -o '"name":"[^"]*"' | cut -d '"' -f 4 | grep -v '^main$' || true; }
json=(--header "Content-Type: application/json")
token=(--header "Authorization: Bearer any")
user=v1/core/Accounts/2/users/1

for name in nginx haproxy; do
  url="http://127.0.0.1:${proxy[$name]}"
  world="$name-"

  # The path says which server makes a world; the call alone would say it in its body, which no proxy reads.
  for number in $(seq "$worlds"); do
    printf 'next\nurl = "%s/w/%s%s/_usertwin/worlds"\nrequest = POST\nheader = "Content-Type: application/json"\n' "$url" "$world" "$number"
    printf 'data = "{\\"name\\":\\"%s%s\\"}"\noutput = /dev/null\nwrite-out = "%%{http_code}\\\\n"\nsilent\nnoproxy = "*"\nmax-time = 20\n' "$world" "$number"
  done | sed 1d >"$scratch/create"
  [ "$(curl --config "$scratch/create" | sort | uniq -c | awk '{ print $2 " " $1 }')" = "201 $worlds" ] || fail "$name: not every world was made"

  # Each at one server, and no server with much more than its share.
  for shard in 0 1 2; do names "$url/shards/$shard" | grep "^$world" >"$scratch/$name-$shard"; done
  [ "$(sort -u "$scratch/$name"-[012] | wc -l)" -eq "$worlds" ] || fail "$name: $(sort -u "$scratch/$name"-[012] | wc -l) worlds of $worlds are listed"
  [ "$(cat "$scratch/$name"-[012] | wc -l)" -eq "$worlds" ] || fail "$name: a world is at two servers"
  for shard in 0 1 2; do
    [ "$(wc -l <"$scratch/$name-$shard")" -ge $((worlds / 10)) ] || fail "$name: server $shard has $(wc -l <"$scratch/$name-$shard") of $worlds worlds"
  done

  # Three ways to each. At another server it would be 404, as no other lists it.
  statuses 200 "$worlds" "${token[@]}" "$url/w/$world[1-$worlds]/$user"
  statuses 200 "$worlds" "$url/_usertwin/worlds/$world[1-$worlds]/clock"
  for number in $(seq "$worlds"); do
    printf 'next\nurl = "%s/%s"\nheader = "Host: %s%s.localhost"\nheader = "Authorization: Bearer any"\noutput = /dev/null\nwrite-out = "%%{http_code}\\\\n"\nsilent\nnoproxy = "*"\nmax-time = 20\n' "$url" "$user" "$world" "$number"
  done | sed 1d >"$scratch/hosts"
  [ "$(curl --config "$scratch/hosts" | sort | uniq -c | awk '{ print $2 " " $1 }')" = "200 $worlds" ] || fail "$name: a host name leads to another server"
  # A domain of one's own, a name that a client escaped, and the world that needs no name.
  statuses 200 1 "${token[@]}" --header "Host: ${world^^}7.Twin.Example:8080" "$url/$user"
  statuses 200 1 "$url/_usertwin/worlds/${world%-}%2D7/clock"
  statuses 200 1 "${token[@]}" "$url/$user"
  # Links lead back through the proxy.
  location="$(ask --output /dev/null --dump-header - "${json[@]}" --header "Host: twin.example:81" -d "{\"name\":\"$world-link\"}" "$url/w/$world-link/_usertwin/worlds" | tr -d '\r' | sed -n 's/^[Ll]ocation: //p')"
  case "$location" in */_usertwin/worlds/"$world-link"/state) ;; *) fail "$name: Location is $location" ;; esac
  # Never made, so answered by no server.
  statuses 404 20 "${token[@]}" "$url/w/never-$world[1-20]/$user"
  say "$name: $worlds worlds, $(wc -l <"$scratch/$name-0"), $(wc -l <"$scratch/$name-1") and $(wc -l <"$scratch/$name-2") worlds a server, by path, host and call"
done

# A change in each world of the server that will be killed, and of another.
url="http://127.0.0.1:${proxy[nginx]}"
other="http://127.0.0.1:${proxy[haproxy]}"
change() {
  while read -r world; do
    printf 'next\nurl = "%s/w/%s/%s"\nrequest = PATCH\nheader = "Content-Type: application/json"\nheader = "Authorization: Bearer any"\n' "$2" "$world" "$user"
    printf 'data = "{\\"Username\\":\\"%s@kept.example\\"}"\noutput = /dev/null\nwrite-out = "%%{http_code}\\\\n"\nsilent\nnoproxy = "*"\nmax-time = 20\n' "$world"
  done <"$1" | sed 1d >"$scratch/change"
  [ "$(curl --config "$scratch/change" | sort -u)" = 200 ] || fail "a change was refused"
}
change "$scratch/nginx-1" "$url"
change "$scratch/haproxy-1" "$other"
change "$scratch/nginx-2" "$url"
# all STATUS FILE URL: every world of a file answers so.
all() { statuses "$1" "$(wc -l <"$2")" "${token[@]}" "$3/w/{$(paste -sd, "$2")}/$user"; }
# kept FILE URL: every world of a file has its change.
kept() {
  local found
  found="$(ask "${token[@]}" "$2/w/{$(paste -sd, "$1")}/$user" | grep -o '"Username":"[^"]*@kept.example"' | cut -d '"' -f 4 | sed 's/@kept.example//' | sort)"
  [ "$found" = "$(sort "$1")" ] || fail "of the worlds in $(basename "$1"), $(wc -l <<<"$found") of $(wc -l <"$1") have their change"
}
kept "$scratch/nginx-1" "$url"

kill -9 "${process[shard1]}"
wait "${process[shard1]}" 2>/dev/null || true
# Its worlds are out of reach, at no other server; all others are as they were.
all 502 "$scratch/nginx-1" "$url"
head -n 2 "$scratch/haproxy-1" >"$scratch/two"
all 503 "$scratch/two" "$other"
for shard in 0 2; do
  all 200 "$scratch/nginx-$shard" "$url"
  all 200 "$scratch/haproxy-$shard" "$other"
done
kept "$scratch/nginx-2" "$url"
start 1
kept "$scratch/nginx-1" "$url"
kept "$scratch/haproxy-1" "$other"
say "a killed server was missing for its worlds only, and came back with all of them"

# A call about all worlds, made of one for each server (docs/scale.md, "All worlds").
ask "$url/shards/[0-2]/_usertwin/worlds" | python3 -c '
import json, sys
text, at, worlds = sys.stdin.read(), 0, []
while at < len(text):
    answer, at = json.JSONDecoder().raw_decode(text, at)
    worlds += answer["worlds"]
print("\n".join(sorted(world["name"] for world in worlds)))' >"$scratch/merged"
[ "$(grep -c '^nginx-[0-9]' "$scratch/merged")" -eq "$worlds" ] || fail "the merged list has $(grep -c '^nginx-[0-9]' "$scratch/merged") worlds"

# Backup while it serves: files by SQLite, one world as a document; then a server on the copy.
mkdir -p "$scratch/backup/users.db.worlds"
for file in users.db $(cd "$scratch/1" && ls users.db.worlds/*.db); do
  sqlite3 "$scratch/1/$file" ".timeout 5000" ".backup $scratch/backup/$file"
done
world="$(head -n 1 "$scratch/nginx-1")"
ask "$url/_usertwin/worlds/$world/state" >"$scratch/document"
grep -q "$world@kept.example" "$scratch/document" || fail "a world's document lacks its change"
kill "${process[shard1]}"
wait "${process[shard1]}" || fail "SIGTERM ended the server with $?"
"$binary" export --database "sqlite:$scratch/1/users.db" --world "$world" >"$scratch/exported"
grep -q "$world@kept.example" "$scratch/exported" || fail "an exported world lacks its change"
rm -r "$scratch/1"
mv "$scratch/backup" "$scratch/1"
start 1
kept "$scratch/nginx-1" "$url"
kept "$scratch/haproxy-1" "$other"
# A world moves to another server as its document.
ask --output /dev/null "${json[@]}" -d '{"name":"moved"}' "$url/shards/0/_usertwin/worlds"
statuses 204 1 "${json[@]}" -X PUT --data-binary "@$scratch/document" "$url/shards/0/_usertwin/worlds/moved/state"
ask "$url/shards/0/_usertwin/worlds/moved/state" | grep -q "$world@kept.example" || fail "a moved world lacks its change"
say "backups were restored: files with sqlite3, a world as its document"
