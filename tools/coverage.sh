#!/bin/sh
# Which lines of src/ the tests ran: tools/coverage.sh BUILD, behind a run of tests of the preset "coverage". Prints a table
# by module, the files below 80 %, and every function that was never called; all of it by file in BUILD/coverage.txt. What runs
# in the child of an import that may write no file (src/app/import_child.c) leaves no counts.
set -eu
cd "$(dirname "$0")/.."
root=$PWD
build=$(cd "$1" && pwd)
out=$build/coverage
rm -rf "$out"
mkdir -p "$out"
(cd "$out" && find "$build/CMakeFiles/pondlib.dir" "$build/CMakeFiles/pond.dir" -name '*.gcda' |
    xargs -n 1 gcov -f -r -s "$root" 2>/dev/null) >"$out/said" || true
awk -v report="$build/coverage.txt" -v root="$PWD/" '
    # "Function ..." blocks come before the "File ..." blocks of the same object: one object a call of gcov.
    /^Function / { name = $2; gsub(/\047/, "", name); kind = "function"; next }
    /^File / { name = $2; gsub(/\047/, "", name); sub("^" root, "", name); kind = "file"; next }
    /^Lines executed:/ {
        share = $2; sub(/executed:/, "", share); sub(/%/, "", share)
        lines = $NF
        if (kind == "function") {
            if (share + 0 == 0) uncalled[++u] = name " (" lines " lines)"
        } else if (name ~ /^src\/.*\.(c|cc)$/ && !(name in of)) {
            of[name] = lines; ran[name] = share * lines / 100
            split(name, part, "/"); module_of[part[2]] += lines; module_ran[part[2]] += share * lines / 100
            total += lines; total_ran += share * lines / 100
            for (i = 1; i <= u; i++) never[++n] = name ": " uncalled[i]
        }
        if (kind == "file") { if (name ~ /^src\/.*\.(c|cc)$/) u = 0 }
        kind = ""
    }
    END {
        printf "%-10s %8s %8s\n", "module", "lines", "run"
        for (m in module_of) printf "%-10s %8d %7.1f %%\n", m, module_of[m], 100 * module_ran[m] / module_of[m] | "sort"
        close("sort")
        printf "%-10s %8d %7.1f %%\n\n", "all", total, total ? 100 * total_ran / total : 0
        print "files below 80 %:"
        for (f in of) if (ran[f] < 0.8 * of[f]) printf "  %5.1f %% of %4d  %s\n", 100 * ran[f] / of[f], of[f], f | "sort"
        close("sort")
        print "\nnever called:"
        for (i = 1; i <= n; i++) print "  " never[i] | "sort"
        close("sort")
        for (f in of) printf "%s %d %.0f\n", f, of[f], ran[f] | ("sort >" report)
    }' "$out/said"
rm -rf "$out"
