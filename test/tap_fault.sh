# What test/fault/*.sh share: flags, a pond in a directory of their own, TAP.
#
#     here=$(cd "$(dirname "$0")" && pwd)
#     kills=50 seed=1
#     flags_of="kills seed"          names that may be set by --NAME VALUE, beside --work DIR
#     . "$here/../tap_fault.sh"
#
#   pond report assets --json        runs pond with $data; leaves $work/out, $work/err and its exit code
#   field NAME                       the value of the first such key in $work/out
#   result 0|1 SENTENCE [WHY]        a line of TAP
#   ends with: plan
#
# Environment: POND the binary, POND_PYTHON, TEST_TMP a directory to work in.
POND=${POND:-$here/../../build/dev/pond}
POND_PYTHON=${POND_PYTHON:-python3}
LC_ALL=C.UTF-8
POND_NOW=2018-01-10T00:00:00Z
export LC_ALL POND_NOW
unset POND_DATA POND_BRAND POND_LANG POND_LOG
work=${TEST_TMP:-} made='' n=0 bad=0

while [ $# -ge 2 ]; do
    case " $flags_of work " in
    *" ${1#--} "*) eval "${1#--}=\$2" ;;
    *) echo "$(basename "$0"): unknown flag $1" >&2; exit 2 ;;
    esac
    shift 2
done
# A script with a trap of its own ends it by removing $made, when that is set.
[ -n "$work" ] || { work=$(mktemp -d) && made=$work && trap 'rm -rf "$made"' EXIT; }
mkdir -p "$work"

pond() { "$POND" --data "$data" "$@" >"$work/out" 2>"$work/err" </dev/null; }
field() { grep -o "\"$1\":\"\{0,1\}[^,\"}]*" "$work/out" | head -n 1 | sed 's/^[^:]*:"\{0,1\}//'; }
result() {
    n=$((n + 1))
    if [ "$1" = 0 ]; then echo "ok $n - $2"; else
        bad=$((bad + 1))
        printf '%s\n' "${3:-}" | sed 's/^/# /'
        echo "not ok $n - $2"
    fi
}
plan() {
    echo "1..$n"
    [ "$bad" = 0 ]
}
