# What tests of a running server share; source it behind tap.sh or tap_fault.sh:
#
#   serve_key NAME KIND        prints a new key of the brand in $data
#   serve_start [FLAG...]      starts pond serve on $data, waits until it is ready; leaves $serve_pid, $url. The
#                              first start takes a free port, later ones the same. False when it did not come up
#   serve_kill                 kill -9; waits until it and its copies are gone
#   serve_stop                 asks it to stop; its exit code
#   metric NAME...             values of figures of the brand, or of the process, from /metrics at one moment
#
# Needs $work (a directory), $data, $POND. Logs: $work/serve.log.
unset POND_NOW
serve_pid='' url=''
serve_key() {
    "$POND" --data "$data" key create "$1" --kind "$2" ${3:+--role "$3"} --json 2>"$work/err" |
        grep -o '"key":"[^"]*' | cut -d'"' -f4
}

# One line of standard output says where it listens.
serve_start() {
    : >"$work/serve.out"
    "$POND" --data "$data" serve --listen "${url:+${url#http://}}${serve_new:-}" "$@" \
        >"$work/serve.out" 2>>"$work/serve.log" </dev/null &
    serve_pid=$!
    serve_tries=0
    while ! grep -q 'http://' "$work/serve.out"; do
        serve_tries=$((serve_tries + 1))
        if [ $serve_tries -gt "${serve_patience:-600}" ] || ! kill -0 "$serve_pid" 2>/dev/null; then
            echo "serve did not come up" >>"$work/serve.log"
            return 1
        fi
        sleep 0.05
    done
    url=$(grep -o 'http://[0-9.]*:[0-9]*' "$work/serve.out" | head -n 1)
    serve_new=''
}
serve_new=127.0.0.1:0

serve_kill() {
    serve_children=$(pgrep -P "$serve_pid" 2>/dev/null)
    kill -9 "$serve_pid" 2>/dev/null
    wait "$serve_pid" 2>/dev/null
    serve_left=0
    for child in $serve_children; do
        serve_tries=0
        while kill -0 "$child" 2>/dev/null && [ $serve_tries -lt 100 ]; do
            serve_tries=$((serve_tries + 1))
            sleep 0.05
        done
        ! kill -0 "$child" 2>/dev/null || serve_left=$((serve_left + 1))
    done
    return $serve_left
}

serve_stop() {
    kill -TERM "$serve_pid" 2>/dev/null
    wait "$serve_pid" 2>/dev/null
}

metric() {
    "$POND_PYTHON" - "$url/metrics" "$@" <<'PYTHON'
import re, sys, urllib.request
text = urllib.request.urlopen(sys.argv[1], timeout=30).read().decode()
for name in sys.argv[2:]:
    found = re.findall(r"^%s(?:\{[^}]*\})? ([-+0-9.e]+)$" % re.escape(name), text, re.M)
    print("%.15g" % sum(float(x) for x in found) if found else "none", end=" " if name != sys.argv[-1] else "\n")
PYTHON
}
