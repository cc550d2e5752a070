#!/usr/bin/env bash
# What the tests and networks use beyond Python, on a bare Debian machine as root. Each thing that can't be had is
# named, loudly; its tests are skipped then, with the reason. Sourced by .ci/run: it sets variables.
tools="$PWD/.tools"
missing() { echo "ci: NOT TESTED HERE: $*" >&2; }

packages=()
command -v nft >/dev/null || packages+=(nftables)
command -v tc >/dev/null || packages+=(iproute2)
command -v nginx >/dev/null || packages+=(nginx-light)
command -v chromium >/dev/null || packages+=(chromium)
command -v promtool >/dev/null || packages+=(prometheus)
command -v prometheus-node-exporter >/dev/null || packages+=(prometheus-node-exporter)
if [ ${#packages[@]} -gt 0 ]; then
    { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${packages[@]}"; } >&2 \
        || missing "${packages[*]}: apt-get can't install them"
fi

if command -v go >/dev/null; then
    [ -x "$tools/toxiproxy-server" ] || { GOBIN="$tools" go install github.com/Shopify/toxiproxy/v2/cmd/server@v2.12.0 && mv "$tools/server" "$tools/toxiproxy-server"; } >&2
    export SSECHAOS_TOXIPROXY="$tools/toxiproxy-server"
    # The commit of version 2.31.0: its tags are not those of a Go module of version 2.
    contract=github.com/launchdarkly/sse-contract-tests@51d7645a9ea8e237c1febb5ccd42b1b2a2b4a180
    if [ -x "$tools/sse-contract-tests" ] || GOBIN="$tools" go install "$contract" >&2; then
        export SSECHAOS_CONTRACT_TESTS="$tools/sse-contract-tests"
    else
        missing "sse-contract-tests: go can't install it"
    fi
else
    missing "a real Toxiproxy and sse-contract-tests: go is not installed"
fi

for example in examples/search examples/pytest-fastapi; do
    .venv/bin/python -m pip install --quiet --requirement "$example/requirements.txt" >&2 || missing "$example"
done

for setup in examples/clients/*/setup; do
    "$setup" >&2 || missing "$(dirname "$setup"): its set-up failed"
done
