#!/usr/bin/env bash
# Links in answers are right behind Debian's nginx, which says where it was asked by X-Forwarded-* or by Forwarded, in
# front of a port and of a Unix socket. Loopback only; ends by itself.
#
# usage: tests/forwarded.sh BINARY
set -euo pipefail
binary="$(realpath "$1")"
work="$(mktemp -d)"
pids=()
trap 'kill "${pids[@]}" 2>/dev/null || true; rm -rf "$work"' EXIT
if ! command -v nginx >/dev/null; then
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends nginx-light >/dev/null
fi

"$binary" serve --listen 127.0.0.1:0 --log warn >"$work/port" &
pids+=($!)
"$binary" serve --listen "unix:$work/twin.sock" --log warn >"$work/socket" &
pids+=($!)
for _ in $(seq 100); do
  if [ -s "$work/port" ] && [ -s "$work/socket" ]; then break; fi
  sleep 0.05
done
upstream="$(sed -n '1s/.* //p' "$work/port")"
free() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }
older="$(free)"
standard="$(free)"
# nginx starts as root and works as another user.
chmod 755 "$work"
chmod 777 "$work/twin.sock"
cat >"$work/nginx.conf" <<END
pid $work/nginx.pid;
error_log $work/error.log;
daemon off;
events {}
http {
  access_log off;
  server {
    listen 127.0.0.1:$older;
    location / {
      proxy_pass $upstream;
      proxy_set_header Host localhost;
      proxy_set_header X-Forwarded-Host api.test:8443;
      proxy_set_header X-Forwarded-Proto https;
    }
  }
  server {
    listen 127.0.0.1:$standard;
    location / {
      proxy_pass http://unix:$work/twin.sock:/;
      proxy_set_header Host localhost;
      proxy_set_header Forwarded 'for=127.0.0.1;proto=https;host="api.test:8443"';
    }
  }
}
END
nginx -c "$work/nginx.conf" &
pids+=($!)
failures=0
for port in "$older" "$standard"; do
  for _ in $(seq 100); do
    if curl -so /dev/null "http://127.0.0.1:$port/"; then break; fi
    sleep 0.05
  done
  for world in "" /w/shop; do
    issuer="$(curl -s "http://127.0.0.1:$port$world/.well-known/openid-configuration" |
      python3 -c 'import json, sys; print(json.load(sys.stdin)["issuer"])')"
    case "$issuer" in
      "https://api.test:8443$world"*) echo "ok: $issuer" ;;
      *) echo "FAILED: behind port $port the issuer is $issuer"; failures=$((failures + 1)) ;;
    esac
  done
done
exit "$((failures > 0))"
