#!/usr/bin/env bash
# What the compose network needs, on a bare Debian machine as root where no image registry can be reached.
#
#   eval "$(.ci/docker.sh)"
#
# installs Debian's docker.io and docker-compose, starts an engine where none answers, and makes two images in the
# place of those that are pulled elsewhere: the base image from debootstrap, and Toxiproxy's from its source (needs
# Go). It prints the variables under which docker-compose.yml takes them. What it says goes to standard error.
set -euo pipefail

toxiproxy=2.12.0
base_image=ssechaos-base:bookworm-2
toxiproxy_image=ssechaos-toxiproxy:$toxiproxy
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

say() { echo "docker.sh: $*" >&2; }

install_packages() {
    command -v dockerd >/dev/null && command -v docker-compose >/dev/null && command -v debootstrap >/dev/null && return
    say "installing docker.io, docker-compose and debootstrap"
    apt-get update -qq >&2
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
        docker.io docker-compose debootstrap iptables >&2
}

start_engine() {
    docker info >/dev/null 2>&1 && return
    say "starting dockerd"
    setsid nohup dockerd >/var/log/dockerd.log 2>&1 </dev/null &
    for _ in $(seq 120); do
        docker info >/dev/null 2>&1 && return
        sleep 0.5
    done
    say "dockerd does not answer; its log ends with:"
    tail -n 20 /var/log/dockerd.log >&2
    return 1
}

make_base_image() {
    docker image inspect "$base_image" >/dev/null 2>&1 && return
    say "making $base_image with debootstrap"
    debootstrap --variant=minbase --include=python3,nftables,iproute2 bookworm "$work/base" >"$work/log" 2>&1 \
        || { tail -n 20 "$work/log" >&2; return 1; }
    # Into the image by this machine's pip: a container may not reach a package index.
    python3 -m venv "$work/pip"
    "$work/pip/bin/python" -m pip install --quiet --disable-pip-version-check --only-binary :all: \
        --python-version 3.11 --target "$work/base/usr/local/lib/python3.11/dist-packages" 'aiohttp>=3.12' 'prometheus-client>=0.20' >&2
    tar -C "$work/base" -c . | docker import - "$base_image" >&2
}

make_toxiproxy_image() {
    docker image inspect "$toxiproxy_image" >/dev/null 2>&1 && return
    say "making $toxiproxy_image with go install"
    mkdir "$work/toxiproxy"
    for part in server cli; do
        GOBIN="$work/toxiproxy" CGO_ENABLED=0 go install "github.com/Shopify/toxiproxy/v2/cmd/$part@v$toxiproxy" >&2
    done
    printf '%s\n' 'FROM scratch' 'COPY server /toxiproxy' 'COPY cli /toxiproxy-cli' \
        'ENTRYPOINT ["/toxiproxy"]' 'CMD ["-host=0.0.0.0"]' >"$work/toxiproxy/Dockerfile"
    docker build --quiet --tag "$toxiproxy_image" "$work/toxiproxy" >&2
}

install_packages
start_engine
make_base_image
make_toxiproxy_image
echo "export SSECHAOS_BASE_IMAGE=$base_image SSECHAOS_TOXIPROXY_IMAGE=$toxiproxy_image"
