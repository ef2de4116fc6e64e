#!/bin/sh
# Compiles text files into C tables (called by CMakeLists.txt).
#   sqlgen.sh sql MODULE OUT.h OUT.c FILE.sql...   "-- name: foo" blocks to const struct sql sql_foo
#   sqlgen.sh migrations OUT.c FILE...             NNNN-name.sql to store_migrations[]
#   sqlgen.sh models OUT.c FILE...                 NAME.yaml to model_presets[]
#   sqlgen.sh pages OUT.c FILE...                  NAME.html, .css, .js to page_files[]
# Order of the output is that of the arguments, sorted here by name, so builds repeat exactly.
set -eu
LC_ALL=C
export LC_ALL

# Text to the inside of a C string literal, one line each ('?' because of trigraphs).
escape() { sed -e 's/\\/\\\\/g' -e 's/"/\\"/g' -e 's/?/\\?/g' -e 's/	/\\t/g' "$@"; }

# The lines of a file as C string literals; $2 = "sql" leaves whole-line comments out.
literal() {
    escape "$1" | awk -v kind="$2" '
        kind == "sql" && (/^[ ]*--/ || /^[ ]*$/) { next }
        { printf "     \"%s\\n\"\n", $0; n++ }
        END { if (!n) print "     \"\"" }'
}

sql() {
    module=$1 header=$2 source=$3
    shift 3
    for file in "$@"; do escape "$file"; printf '%s\n' '-- file:'; done | awk \
        -v module="$module" -v header="$header" -v source="$source" '
        function bad(what) {
            print module ".sql: " what > "/dev/stderr"
            failed = 1
            exit 1
        }
        /^-- file:$/ { name = ""; next }
        /^-- name:/ {
            name = $3
            if (name !~ /^[a-z][a-z0-9_]*$/) bad("bad name \"" name "\"")
            variant = ($4 == "[postgres]") ? "p" : "t"
            if ($4 != "" && variant == "t") bad("unknown variant " $4 " of " name)
            if ((name, variant) in seen) bad("the name " name " is there twice")
            seen[name, variant] = 1
            if (!(name in known)) { known[name] = 1; order[++n] = name }
            next
        }
        /^[ ]*--/ || /^[ ]*$/ { next }
        name == "" { bad("text before the first \"-- name:\": " $0) }
        { text[name, variant] = text[name, variant] "    \"" $0 "\\n\"\n" }
        END {
            if (failed) exit 1
            guard = "POND_GEN_SQL_" toupper(module) "_H"
            print "/* Made by tools/sqlgen.sh from src/" module "/ (.sql): do not edit. */" > header
            print "#ifndef " guard "\n#define " guard "\n\n#include \"store/sql.h\"\n" > header
            print "/* Made by tools/sqlgen.sh from src/" module "/ (.sql): do not edit. */" > source
            print "#include \"gen/sql_" module ".h\"\n" > source
            for (i = 1; i <= n; i++) {
                name = order[i]
                if (text[name, "t"] == "") bad("no text for " name)
                print "extern const struct sql sql_" name ";" > header
                print "const struct sql sql_" name " = {" > source
                print "    \"" name "\",\n" text[name, "t"] "    ," > source
                print ((name, "p") in seen ? text[name, "p"] : "    0") "};\n" > source
            }
            print "\n#endif" > header
        }'
}

migrations() {
    out=$1
    shift
    {
        echo '/* Made by tools/sqlgen.sh from src/store/migrations: do not edit. */'
        echo '#include "store/migrate.h"'
        echo
        echo 'const struct migration store_migrations[] = {'
        printf '%s\n' "$@" | sort | while read -r file; do
            base=$(basename "$file" .sql)
            [ -n "$base" ] || continue
            number=$(expr "${base%%-*}" + 0)
            printf '    {%s, "%s",\n' "$number" "${base#*-}"
            literal "$file" sql
            echo '    },'
        done
        echo '    {0, 0, 0},'
        echo '};'
        echo 'const int store_migration_count ='
        echo '    (int)(sizeof(store_migrations) / sizeof(*store_migrations)) - 1;'
    } >"$out"
}

models() {
    out=$1
    shift
    {
        echo '/* Made by tools/sqlgen.sh from src/aipl/models: do not edit. */'
        echo '#include "aipl/presets.h"'
        echo
        echo 'const struct model_preset model_presets[] = {'
        printf '%s\n' "$@" | sort | while read -r file; do
            [ -n "$file" ] || continue
            printf '    {"%s",\n' "$(basename "$file" .yaml)"
            literal "$file" yaml
            echo '    },'
        done
        echo '    {0, 0},'
        echo '};'
        echo 'const int model_preset_count = (int)(sizeof(model_presets) / sizeof(*model_presets)) - 1;'
    } >"$out"
}

pages() {
    out=$1
    shift
    {
        echo '/* Made by tools/sqlgen.sh from src/serve/pages: do not edit. */'
        echo '#include "serve/page.h"'
        echo
        echo 'const struct page_file page_files[] = {'
        printf '%s\n' "$@" | sort | while read -r file; do
            [ -n "$file" ] || continue
            printf '    {"%s",\n' "$(basename "$file")"
            literal "$file" text
            echo '    },'
        done
        echo '    {0, 0},'
        echo '};'
    } >"$out"
}

mode=$1
shift
case $mode in
sql | migrations | models | pages) "$mode" "$@" ;;
*)
    echo "sqlgen.sh: unknown mode $mode" >&2
    exit 2
    ;;
esac
