#!/bin/sh
# Checks what the compiler does not: who may include whom, and what a source may hold. Prints TAP.
set -u
cd "$(dirname "$0")/.."

# Floors: a file includes its own module and strictly lower ones.
FLOORS="base 0 wire 1 store 2 people 3 access 3 who 4 collect 4 aipl 5 member 5 reach 5 fission 6 journey 7 report 8 app 9 serve 10"

# Foreign headers: each library has the one file that includes it.
LIBRARIES="
malloc.h      src/base/mem.c
sqlite3.h     src/store/ledger_sqlite.c
duckdb.h      src/store/lake_duckdb.c
openssl       src/wire/crypt.c
zstd.h        src/wire/zip.c
xxhash.h      src/wire/sum.c
iconv.h       src/wire/text.c
utf8proc.h    src/wire/text.c
expat.h       src/wire/xlsx_part.c
zip.h         src/wire/xlsx_part.c
xlsxwriter.h  src/wire/sheet.c
cairo.h       src/wire/canvas_cairo.c
pango         src/wire/canvas_cairo.c
yaml.h        src/wire/yaml.c
simdjson.h    src/wire/json_simdjson.cc
microhttpd.h  src/wire/http_microhttpd.c
argon2.h      src/wire/password.c
zlib.h        src/wire/web_unpack.c
curl          src/wire/client.c
roaring       src/who/roster.c
gsl           src/wire/optimise.c
"
# What libc, POSIX, Linux and the compiler give: everybody may include these.
SYSTEM=" assert ctype dirent errno fcntl fnmatch getopt glob inttypes langinfo limits locale math
 arpa/inet netdb netinet/in netinet/tcp poll pthread pwd sched signal stdalign stdarg stdatomic stdbool stddef stdint stdio stdlib
 stdnoreturn string strings termios threads time unistd wchar sys/file sys/ioctl sys/mman sys/prctl
 sys/epoll sys/eventfd sys/random sys/resource sys/socket sys/stat sys/statvfs sys/syscall sys/time sys/types sys/uio sys/wait
 emmintrin immintrin arm_neon linux/audit linux/filter linux/landlock linux/seccomp linux/tcp "
SYSTEM=$(echo "$SYSTEM" | tr '\n' ' ')

n=0 bad=0
# report SENTENCE TEXT: passes when the text is empty.
report() {
    n=$((n + 1))
    if [ -n "$2" ]; then
        bad=1
        echo "$2" | sed 's/^/# /'
        printf 'not '
    fi
    echo "ok $n - $1"
}
sources() { find src -name '*.[ch]' -o -name '*.cc' | sort; }

report "every file includes its own module and lower floors only" "$(
    sources | xargs grep -Hn '^ *# *include *"' | awk -v floors="$FLOORS" '
        BEGIN { n = split(floors, f, " "); for (i = 1; i < n; i += 2) floor[f[i]] = f[i + 1] }
        {
            split($0, at, ":"); split(at[1], dir, "/"); module = dir[2]
            match($0, /"[^"]*"/); name = substr($0, RSTART + 1, RLENGTH - 2)
            split(name, part, "/")
            if (part[1] == "gen") { if (name == "gen/sql_" module ".h") next; part[1] = "gen" }
            if (!(module in floor)) print at[1] ": module " module " has no floor"
            else if (!(part[1] in floor)) print at[1] ":" at[2] ": \"" name "\" has no floor"
            else if (part[1] != module && floor[part[1]] >= floor[module])
                print at[1] ":" at[2] ": " module " (" floor[module] ") includes " name " (" floor[part[1]] ")"
        }')"

report "a module's private header is included by that module only" "$(
    sources | xargs grep -Hn '^ *# *include *"[a-z]*/internal\.h"' | awk -F: '{
        split($1, dir, "/"); match($0, /"[^"]*"/)
        if (substr($0, RSTART + 1, RLENGTH - 2) != dir[2] "/internal.h") print $1 ":" $2 ": " $3 }')"

report "each library is included by its one file" "$(
    sources | xargs grep -Hn '^ *# *include *<' | awk -v libs="$(echo "$LIBRARIES" | tr '\n' ' ')" -v sys="$SYSTEM" '
        BEGIN { n = split(libs, l, " "); for (i = 1; i < n; i += 2) home[l[i]] = l[i + 1] }
        {
            split($0, at, ":"); match($0, /<[^>]*>/); name = substr($0, RSTART + 1, RLENGTH - 2)
            plain = name; sub(/\.h$/, "", plain)
            if (index(sys, " " plain " ") || (at[1] ~ /\.cc$/ && name !~ /[.\/]/)) next
            top = name; if (!(top in home)) sub(/\/.*/, "", top)
            if (!(top in home)) print at[1] ":" at[2] ": <" name "> is not in the table of tools/floors.sh"
            else if (home[top] != at[1]) print at[1] ":" at[2] ": <" name "> belongs to " home[top]
        }')"

report "no format string starts with an SQL verb" "$(
    sources | xargs grep -HniE '"[[:space:]]*(select|insert into|update|delete from)[[:space:]][^"]*%' |
        grep -v '^[^:]*:[0-9]*: *\(/\*\|\*\|//\)')"

report "no file has more than 800 lines" "$(
    sources | xargs wc -l | awk '$2 != "total" && $1 > 800 { print $2 ": " $1 " lines" }')"

report "no function keeps state of the process" "$(
    sources | grep '\.c$' | xargs grep -HnE '^ *static [a-z_ ]*[a-z_0-9]+(\[[^]]*\])* *(=|;)' |
        grep -vE 'static (inline |const |_Thread_local const |[a-z_]* ?const )|\(|_Atomic|sig_atomic_t')"

GEN=build/headers
mkdir -p "$GEN"
report "every header compiles alone" "$(
    find src -name '*.h' | sort | while read -r h; do
        echo "#include \"${h#src/}\"" >"$GEN/alone.c"
        ${CC:-cc} -std=c17 -D_GNU_SOURCE -Isrc -Wall -Wextra -Werror -fsyntax-only "$GEN/alone.c" \
            >"$GEN/alone.err" 2>&1 || { echo "$h:"; head -n 3 "$GEN/alone.err"; }
    done)"

echo "1..$n"
exit $bad
