#!/usr/bin/env bash
# HTTPS as clients of five languages see it: https://localhost, https://127.0.0.1 and https://WORLD.localhost with the
# right authority, which has to succeed, and with another one, which has to fail. Loopback only; ends by itself.
#
# usage: tests/tls.sh BINARY
# A client whose language is not on the machine is left out, loudly. VENV names a Python environment with requests.
set -euo pipefail
binary="$(realpath "$1")"
work="$(mktemp -d)"
server=
trap 'if [ -n "$server" ]; then kill "$server" 2>/dev/null || true; fi; rm -rf "$work"' EXIT
export XDG_DATA_HOME="$work/data"

"$binary" serve --tls --listen localhost:0 --log warn >"$work/out" &
server=$!
for _ in $(seq 100); do
  if grep -q HTTPS "$work/out"; then break; fi
  sleep 0.05
done
port="$(sed -n '1s/.*:\([0-9]*\)$/\1/p' "$work/out")"
ca="$("$binary" cert)"
wrong="$work/wrong.pem"
XDG_DATA_HOME="$work/other" "$binary" cert --print-ca >"$wrong"
path=/v1/core/Accounts/2/users/1
hosts="localhost 127.0.0.1 shop.localhost"
failures=0

# check NAME COMMAND...: the command gets URL and CA in its environment; it succeeds with one authority alone.
check() {
  local name="$1" host
  shift
  for host in $hosts; do
    export URL="https://$host:$port$path"
    if ! CA="$ca" timeout 60 "$@" >"$work/log" 2>&1; then
      echo "FAILED: $name at $URL with the right authority"
      cat "$work/log"
      failures=$((failures + 1))
    elif CA="$wrong" timeout 60 "$@" >"$work/log" 2>&1; then
      echo "FAILED: $name at $URL trusts a wrong authority"
      failures=$((failures + 1))
    else
      echo "ok: $name at https://$host"
    fi
  done
}

missing() { echo "LEFT OUT: $1 is not on this machine"; }

if command -v curl >/dev/null; then
  check curl sh -c 'curl -sSf --cacert "$CA" "$URL" | grep -q "\"Username\":\"ada\""'
else missing curl; fi

python="${VENV:+$VENV/bin/}python3"
if "$python" -c 'import requests' 2>/dev/null; then
  # Python asks the system for names below localhost, which not every system knows.
  check "Python requests" "$python" -c '
import os, socket, requests
ask = socket.getaddrinfo
socket.getaddrinfo = lambda host, *rest, **more: ask("127.0.0.1" if host.endswith(".localhost") else host, *rest, **more)
answer = requests.get(os.environ["URL"], verify=os.environ["CA"], timeout=20)
assert answer.json()["Data"]["Username"] == "ada"'
else missing "Python requests"; fi

if command -v node >/dev/null; then
  cat >"$work/ask.mjs" <<'END'
import dns from "node:dns";
const lookup = dns.lookup;
dns.lookup = (host, ...rest) => lookup(host.endsWith(".localhost") ? "127.0.0.1" : host, ...rest);
const answer = await fetch(process.env.URL);
if ((await answer.json()).Data.Username !== "ada") process.exit(1);
END
  check "Node fetch" sh -c 'NODE_EXTRA_CA_CERTS="$CA" node '"$work"'/ask.mjs'
else missing Node; fi

if command -v java >/dev/null && command -v keytool >/dev/null; then
  cat >"$work/Ask.java" <<'END'
import java.net.URI;
import java.net.http.*;
class Ask {
    public static void main(String[] arguments) throws Exception {
        var request = HttpRequest.newBuilder(URI.create(System.getenv("URL"))).build();
        var answer = HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
        if (!answer.body().contains("\"Username\":\"ada\"")) System.exit(1);
    }
}
END
  printf '127.0.0.1 localhost shop.localhost\n::1 localhost\n' >"$work/hosts"
  check "Java HttpClient" sh -c 'rm -f '"$work"'/trust.p12
    keytool -importcert -noprompt -alias ca -file "$CA" -keystore '"$work"'/trust.p12 -storepass usertwin >/dev/null 2>&1
    java -Djdk.net.hosts.file='"$work"'/hosts -Djavax.net.ssl.trustStore='"$work"'/trust.p12 \
      -Djavax.net.ssl.trustStorePassword=usertwin '"$work"'/Ask.java'
else missing Java; fi

if command -v go >/dev/null; then
  cat >"$work/ask.go" <<'END'
package main

import (
	"context"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
)

func main() {
	dial := func(ctx context.Context, network, address string) (net.Conn, error) {
		_, port, _ := net.SplitHostPort(address)
		return (&net.Dialer{}).DialContext(ctx, network, net.JoinHostPort("127.0.0.1", port))
	}
	client := http.Client{Transport: &http.Transport{DialContext: dial}}
	answer, err := client.Get(os.Getenv("URL"))
	if err != nil {
		panic(err)
	}
	body, _ := io.ReadAll(answer.Body)
	if !strings.Contains(string(body), `"Username":"ada"`) {
		os.Exit(1)
	}
}
END
  (cd "$work" && GOFLAGS=-mod=mod go build -o ask ask.go)
  check Go sh -c 'SSL_CERT_FILE="$CA" '"$work"'/ask'
else missing Go; fi

exit "$((failures > 0))"
