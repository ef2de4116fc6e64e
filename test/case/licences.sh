#!/bin/sh
# The libraries that the console lists with their licences (web/src/modules/settings/data/packages.ts) are those that the
# program links; the console's packages are those of package.json. Of the toolchain the C library and its parts are left out.
. "$(dirname "$0")/../tap.sh"
top=$(dirname "$0")/../..
list=$top/web/src/modules/settings/data/packages.ts

readelf -d "$POND" | sed -n 's/.*(NEEDED).*\[\(.*\)\.so.*/\1/p' |
    grep -Ev '^(libc|libm|libdl|librt|libresolv|libpthread|libgcc_s|ld-linux.*|lib(a|ub|t|l)san)$' | sort >"$TEST_TMP/linked"
sed -n "s/^  lib('.*', '.*', '\(.*\)'),$/\1/p" "$list" | tr ' ' '\n' | sort >"$TEST_TMP/listed"
is "every library that is linked is listed with its licence, and no other" "$(comm -3 "$TEST_TMP/linked" "$TEST_TMP/listed")" ""
is "there are some" "$([ "$(wc -l <"$TEST_TMP/linked")" -gt 15 ] && echo yes)" yes

sed -n '/"dependencies"/,/}/s/^ *"\([^"]*\)": "[0-9].*/\1/p' "$top/web/package.json" | sort >"$TEST_TMP/wanted"
sed -n "s/^  of('\([^']*\)'.*/\1/p" "$list" | sort >"$TEST_TMP/shown"
is "every package of the console is listed, and no other" "$(comm -3 "$TEST_TMP/wanted" "$TEST_TMP/shown")" ""
grep -q "GPL-3.0-or-later'" "$list" && has "a GPL library is spoken of in the README" "$(cat "$top/README.md")" "GPL-3.0"
plan
