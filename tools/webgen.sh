#!/bin/sh
# The console's built files as data of the program:
#
#     webgen.sh DIR OUT.S OUT.c     every file below DIR, compressed, and a table of them (serve/console.h)
#
# A missing DIR makes an empty table: the program then has its few own pages only.
set -eu
dir=$1 data=$2 table=$3
held=$(dirname "$data")/web
rm -rf "$held"
mkdir -p "$held"
{
    echo '/* Made by tools/webgen.sh: do not edit. */'
    echo '#include "serve/console.h"'
    echo
} >"$table"
echo '/* Made by tools/webgen.sh: do not edit. */' >"$data"
echo '    .section .rodata' >>"$data"
n=0
list=$([ ! -f "$dir/index.html" ] || (cd "$dir" && find . -type f ! -path './.vite/*' | sed 's,^\./,,' | LC_ALL=C sort))
for file in $list; do
    gzip -9 -n -c "$dir/$file" >"$held/$n.gz"
    printf '    .global pond_web_%d, pond_web_%d_end\npond_web_%d:\n    .incbin "%s"\npond_web_%d_end:\n    .byte 0\n' \
        $n $n $n "$held/$n.gz" $n >>"$data"
    echo "extern const char pond_web_$n[], pond_web_${n}_end[];" >>"$table"
    n=$((n + 1))
done
echo '    .section .note.GNU-stack,"",@progbits' >>"$data"
{
    echo
    echo 'const struct console_file console_files[] = {'
    n=0
    for file in $list; do
        echo "    {\"/$file\", pond_web_$n, pond_web_${n}_end},"
        n=$((n + 1))
    done
    echo '    {0, 0, 0},'
    echo '};'
} >>"$table"
