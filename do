#!/bin/sh
# One door to everything: ./do COMMAND
#   setup [ci]      install what building needs (Debian packages, DuckDB), with "ci" the checkers
#                   too; a second run is instant
#   build [PRESET]  compile (dev, asan, tsan, release, fuzz; default release: build/release/pond)
#   web             build the console (build does it too); web check: its types, lint and unit tests
#   run [FILE...]   import the files (without any: a made-up brand), show its assets, serve it;
#                   from a script the server stays behind: ./do stop ends it
#   test [NAME...]  every test, or those whose name holds one of the words
#   coverage        every test on a build that counts lines; names what never ran
#   bench [ARG...]  measure;  torture [ARG...]  kill and break it on purpose
#   fuzz [SECONDS]  feed every decoder with broken bytes for so long (10 s each)
#   fmt             format the C sources;  clean  remove build/ but not what setup fetched
set -eu
cd "$(dirname "$0")"
LC_ALL=C.UTF-8
export LC_ALL

say() { echo "do: $*" >&2; }
die() { say "$*"; exit 1; }
jobs() { nproc 2>/dev/null || echo 2; }

BUILD_NEEDS="gcc g++ libc6-dev cmake ninja-build tzdata ca-certificates libsqlite3-dev
libsimdjson-dev libssl-dev libzstd-dev libxxhash-dev libutf8proc-dev libexpat1-dev libyaml-dev
libzip-dev libroaring-dev libxlsxwriter-dev libgsl-dev libpango1.0-dev libmicrohttpd-dev
libargon2-dev zlib1g-dev libcurl4-openssl-dev"
CI_NEEDS="clang-14 libclang-rt-14-dev clang-format-14 clang-tidy-14 cppcheck"

as_root() {
    if [ "$(id -u)" = 0 ]; then
        env DEBIAN_FRONTEND=noninteractive "$@"
    elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
        sudo -n env DEBIAN_FRONTEND=noninteractive "$@"
    else
        die "not root and no sudo without a password; run as root: $*"
    fi
}

# need PACKAGE...: installs those that are missing.
need() {
    missing=
    command -v dpkg-query >/dev/null || { say "no Debian: make sure you have: $*"; return 0; }
    for p in "$@"; do
        case $(dpkg-query -W -f '${Status}' "$p" 2>/dev/null) in
        *" installed") ;;
        *) missing="$missing $p" ;;
        esac
    done
    [ -n "$missing" ] || return 0
    say "installing$missing"
    # shellcheck disable=SC2086 # a list of words
    as_root apt-get install -y -q --no-install-recommends $missing >/dev/null 2>&1 || {
        as_root apt-get update -q >/dev/null
        as_root apt-get install -y -q --no-install-recommends $missing >/dev/null
    }
}

have_system_duckdb() {
    command -v cc >/dev/null && echo '#include <duckdb.h>' | cc -E - >/dev/null 2>&1 &&
        ldconfig -p 2>/dev/null | grep -q 'libduckdb\.so'
}

# fetch PACKAGE MEMBER: unpacks one file of an npm package into the current directory, after
# comparing the package with tools/npm.sha256.
fetch() {
    tarball=$(npm pack --silent --force "$1" 2>/dev/null | tail -n 1)
    [ -f "$tarball" ] || die "npm could not fetch $1 (is there a network?)"
    grep " $tarball\$" ../../../tools/npm.sha256 | sha256sum -c - >/dev/null ||
        die "$tarball is not the file that tools/npm.sha256 names"
    tar -xzf "$tarball" --strip-components=1 "package/$2"
    rm -f "$tarball"
}

setup_duckdb() {
    have_system_duckdb && return 0
    [ -f build/deps/duckdb/duckdb.h ] && [ -f build/deps/duckdb/libduckdb.so ] && return 0
    case $(uname -m) in
    x86_64) bindings=linux-x64@1.4.4-r.4 ;;
    aarch64) bindings=linux-arm64@1.4.4-r.3 ;;
    *) die "no libduckdb for $(uname -m): install DuckDB 1.4 yourself, then build" ;;
    esac
    command -v npm >/dev/null || need npm
    say "fetching DuckDB 1.4.4"
    rm -rf build/deps/fetch
    mkdir -p build/deps/fetch build/deps/duckdb
    (
        cd build/deps/fetch
        fetch "@duckdb/node-bindings-$bindings" libduckdb.so
        fetch duckdb@1.4.4 src/duckdb/src/include/duckdb.h
        mv src/duckdb/src/include/duckdb.h libduckdb.so ../duckdb/
    )
    rm -rf build/deps/fetch
}

do_setup() {
    # shellcheck disable=SC2086
    [ "${1:-}" != ci ] || need $CI_NEEDS
    stamp=$(cat do tools/npm.sha256 | cksum)
    [ "$(cat build/deps/setup.stamp 2>/dev/null)" = "$stamp" ] && return 0
    mkdir -p build/deps
    # shellcheck disable=SC2086
    need $BUILD_NEEDS
    setup_duckdb
    echo "$stamp" >build/deps/setup.stamp
}

# The console, built once for all presets and again when web/ changed; without npm or a network the program has its few
# own pages only, and says so.
do_web() {
    if [ "${1:-}" = check ]; then
        web_packages && (cd web && npm run --silent check)
        return
    fi
    sources=$(find web -type f ! -path 'web/node_modules/*' ! -path 'web/test/*' | LC_ALL=C sort | xargs cat | cksum)
    [ "$(cat build/web.stamp 2>/dev/null)" = "$sources" ] && [ -f build/web/index.html ] && return 0
    command -v npm >/dev/null || (need npm) || true
    say "building the console"
    mkdir -p build
    (web_packages && cd web && npm run --silent build) >build/web.log 2>&1 && echo "$sources" >build/web.stamp ||
        say "the console could not be built (see build/web.log): pond serve goes without it"
}

# node_modules of web/ as its lock file says.
web_packages() {
    lock=$(cksum <web/package-lock.json)
    [ "$(cat web/node_modules/.stamp 2>/dev/null)" = "$lock" ] && return 0
    (cd web && npm ci --no-audit --no-fund) && echo "$lock" >web/node_modules/.stamp
}

# do_build [PRESET [TARGET...]]: everything, or those targets.
do_build() {
    preset=${1:-release}
    [ $# = 0 ] || shift
    do_web
    [ -f "build/$preset/build.ninja" ] || cmake --preset "$preset" >/dev/null
    ninja -C "build/$preset" -j "$(jobs)" --quiet "$@" || ninja -C "build/$preset" -j "$(jobs)" "$@"
}

# The server that ./do run left behind, if any.
stop_run() {
    [ -f build/run/serve.pid ] || return 0
    kill "$(cat build/run/serve.pid)" 2>/dev/null || true
    for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
        kill -0 "$(cat build/run/serve.pid)" 2>/dev/null || break
        sleep 0.5
    done
    rm -f build/run/serve.pid
}

# serve_run: in the background until it is ready, with its address on the last line.
serve_run() {
    echo
    echo "\$ build/release/pond --data build/run/data serve${POND_LISTEN:+ --listen $POND_LISTEN}"
    build/release/pond --data build/run/data serve </dev/null >build/run/address 2>build/run/serve.log &
    echo $! >build/run/serve.pid
    until [ -s build/run/address ]; do
        kill -0 "$(cat build/run/serve.pid)" 2>/dev/null || {
            # The usual port is taken: any other will do, unless one was asked for.
            [ -z "${POND_LISTEN:-}" ] && grep -q 'in use' build/run/serve.log ||
                { cat build/run/serve.log >&2; rm -f build/run/serve.pid; exit 1; }
            POND_LISTEN=127.0.0.1:0
            export POND_LISTEN
            serve_run
            return
        }
        sleep 0.1
    done
    cat build/run/serve.log build/run/address
}

do_run() {
    do_setup
    do_build release pond
    stop_run
    rm -rf build/run
    mkdir -p build/run
    # What has been typed is shown, so that it can be repeated.
    pond() {
        echo
        echo "\$ build/release/pond --data build/run/data $*"
        build/release/pond --data build/run/data "$@"
    }
    from=
    if [ $# = 0 ]; then
        pond sample --consumers 20000 --days 400 --out build/run/sample.ndjson
        set -- build/run/sample.ndjson
        from=$(date -d '14 days ago' +%Y-%m-%d)
    fi
    pond init demo
    pond import "$@"
    pond report assets
    pond report trend ${from:+--from "$from"}
    pond report flow
    serve_run
    if [ -t 1 ]; then
        say "Ctrl-C stops it"
        trap 'stop_run; exit 0' INT TERM
        while kill -0 "$(cat build/run/serve.pid)" 2>/dev/null; do sleep 1; done
    else
        say "it goes on in the background; ./do stop ends it"
    fi
}

do_stop() { stop_run; }

# An independent judge of /openapi.json; without it, that test says that it was skipped.
setup_validator() {
    POND_OPENAPI_PYTHON=$POND_PYTHON
    if ! "$POND_OPENAPI_PYTHON" -c 'import openapi_spec_validator' 2>/dev/null; then
        POND_OPENAPI_PYTHON=$PWD/build/venv/bin/python3
        "$POND_OPENAPI_PYTHON" -c 'import openapi_spec_validator' 2>/dev/null || {
            python3 -c 'import ensurepip' 2>/dev/null || need python3-venv || true
            { [ -x "$POND_OPENAPI_PYTHON" ] || python3 -m venv build/venv; } >>build/venv.log 2>&1 &&
                "$POND_OPENAPI_PYTHON" -m pip install -q openapi-spec-validator==0.9.0 \
                    >>build/venv.log 2>&1 || true
        }
    fi
    export POND_OPENAPI_PYTHON
}

# The Python that oracles use; without DuckDB for it, they say that they were skipped.
setup_tests() {
    command -v python3 >/dev/null || need python3
    if python3 -c 'import duckdb' 2>/dev/null; then
        POND_PYTHON=python3
    else
        POND_PYTHON=$PWD/build/venv/bin/python3
        if ! "$POND_PYTHON" -c 'import duckdb' 2>/dev/null; then
            say "installing DuckDB for Python into build/venv"
            python3 -c 'import ensurepip' 2>/dev/null || need python3-venv || true
            { python3 -m venv build/venv && "$POND_PYTHON" -m pip install -q duckdb==1.4.4; } \
                >build/venv.log 2>&1 || true
        fi
        "$POND_PYTHON" -c 'import duckdb' 2>/dev/null || {
            POND_PYTHON=python3
            POND_NO_ORACLE="no DuckDB for Python (see build/venv.log)"
            export POND_NO_ORACLE
        }
    fi
    export POND_PYTHON
    setup_validator
    for word in "${@:-clients}"; do
        case test/case/clients.sh in *"$word"*) setup_clients && break ;; esac
    done
}

# A Node of 20 or newer, which some SDKs want (Debian's own is 18): this machine's, else one out of npm.
setup_node() {
    POND_NODE=node
    export POND_NODE
    [ "$(node -p 'process.versions.node.split(".")[0]' 2>/dev/null || echo 0)" -lt 20 ] || return 0
    case $(uname -m) in aarch64) machine=arm64 ;; *) machine=x64 ;; esac
    [ -x build/npm/node/bin/node ] ||
        (mkdir -p build/npm/node && cd build/npm/node && fetch "node-linux-$machine@22.23.3" bin/node) ||
        return 0
    POND_NODE=$PWD/build/npm/node/bin/node
}

# What test/case/clients.sh drives: SDKs from npm, a Node, a browser. It says what it skips for want of them.
setup_clients() {
    command -v npm >/dev/null || (need npm) || return 0
    stamp=$(cat test/client/package.json test/client/package-lock.json | cksum)
    if [ "$(cat build/npm/stamp 2>/dev/null)" != "$stamp" ]; then
        say "fetching the SDKs of test/client"
        mkdir -p build/npm
        cp test/client/package.json test/client/package-lock.json build/npm/
        (cd build/npm && npm ci --ignore-scripts --omit=optional --no-audit --no-fund) \
            >build/npm.log 2>&1 && echo "$stamp" >build/npm/stamp || return 0
    fi
    setup_node
    command -v chromium >/dev/null || (need chromium) || true
}

do_test() {
    do_setup
    setup_tests "$@"
    do_build dev
    POND=$PWD/build/dev/pond tools/runtests.sh "$@"
}

# What the whole suite runs of the C sources, and what it does not. A build of its own; a quarter of an hour.
do_coverage() {
    do_setup
    setup_tests
    do_build coverage
    find build/coverage -name '*.gcda' -delete
    POND=$PWD/build/coverage/pond POND_TEST_OUT=$PWD/build/test-coverage tools/runtests.sh "$@" || true
    tools/coverage.sh build/coverage
}

do_bench() {
    do_setup
    do_build release
    [ -x bench/run.sh ] || die "there is no bench/run.sh"
    POND=$PWD/build/release/pond bench/run.sh "$@"
}

do_torture() {
    do_setup
    setup_tests
    do_build dev
    POND=${POND:-$PWD/build/dev/pond} test/fault/torture.sh "$@"
}

do_fuzz() {
    need clang-14 libclang-rt-14-dev
    do_setup
    do_build fuzz
    mkdir -p build/fuzz/crashes
    for target in build/fuzz/fuzz_*; do
        [ -x "$target" ] || continue
        name=${target##*/fuzz_}
        corpus=build/fuzz/corpus/$name
        mkdir -p "$corpus"
        say "fuzzing $name"
        "$target" -max_total_time="${1:-10}" -timeout=10 -rss_limit_mb=2048 -print_final_stats=0 \
            -artifact_prefix="build/fuzz/crashes/$name-" "$corpus" $(ls -d "test/fuzz/$name" 2>/dev/null) \
            >"build/fuzz/$name.log" 2>&1 || { tail -n 30 "build/fuzz/$name.log"; exit 1; }
    done
}

do_fmt() {
    command -v clang-format-14 >/dev/null || need clang-format-14
    find src test bench -name '*.[ch]' -o -name '*.cc' | xargs clang-format-14 -i
}

do_clean() {
    for d in build/*; do
        case $d in build/deps | build/venv | build/npm) ;; *) rm -rf "$d" ;; esac
    done
}

command=${1:-help}
[ $# = 0 ] || shift
case $command in
setup | build | web | run | stop | test | coverage | bench | torture | fuzz | fmt | clean) "do_$command" "$@" ;;
help | -h | --help) sed -n '2,/^set/s/^# \{0,1\}//p' "$0" ;;
*) die "unknown command $command; ./do help lists them" ;;
esac
