#!/bin/sh
# Issues a certificate and has OpenSSL verify it, against an emulator of this script's own.
set -eu
PATH=$PWD/node_modules/.bin:$PATH

CERTULATOR_URL=http://127.0.0.1:${PORT:-4080} && export CERTULATOR_URL
work=$(mktemp -d)
certulator start --port "${PORT:-4080}" --https-port off >"$work/log" &
trap 'kill $!; rm -rf "$work"' EXIT
certulator wait --timeout PT30S

# CERTMAN_API_URL and CERTMAN_API_KEY, of a sandbox of this script's own.
sandbox=$(certulator sandbox create)
eval "$(certulator env certman --sandbox "$sandbox" --ca-dir "$work")"
certman() { curl --fail --silent --show-error -H "Authorization: Bearer $CERTMAN_API_KEY" "$CERTMAN_API_URL/v1$1"; }
field() { node -p "JSON.parse(require('fs').readFileSync(0, 'utf8')).$1"; }

ca=$(certman /cas | field 'cas.find((ca) => ca.name === "Production Intermediate CA").id')
curl --fail --silent --show-error -H "Authorization: Bearer $CERTMAN_API_KEY" -H 'Content-Type: application/json' \
  "$CERTMAN_API_URL/v1/certificates" -d "{\"caId\":\"$ca\",\"commonName\":\"app.example.com\"}" >"$work/issued.json"
field certificate.certificate_pem <"$work/issued.json" >"$work/app.pem"
certman "/cas/$ca/chain" >"$work/chain.json"
field 'chain[0]' <"$work/chain.json" >"$work/intermediate.pem"
field 'chain[1]' <"$work/chain.json" >"$work/root.pem"

openssl verify -CAfile "$work/root.pem" -untrusted "$work/intermediate.pem" "$work/app.pem"
