/* Unit tests that print TAP, one program a file:
 *     TEST("a sentence that says what holds") { CHECK(...); CHECK_EQ_I64(got, want); }
 *     int main(void) { ...; return tap_end(); }
 * A TEST passes when no CHECK in it failed; the exit code is 1 when any failed. */
#ifndef POND_TEST_TAP_H
#define POND_TEST_TAP_H

#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include "base/str.h"

/* The one piece of static state in the tests: a test program is one process. */
static struct {
    char name[200]; /* "" outside a TEST */
    int count, failed;
    bool bad;
} tap;

static inline void tap_close(void)
{
    if (tap.name[0]) {
        tap.count++;
        tap.failed += tap.bad;
        printf("%s %d - %s\n", tap.bad ? "not ok" : "ok", tap.count, tap.name);
        (void)fflush(stdout);
    }
    tap.name[0] = '\0';
}
static inline bool tap_open(const char *name)
{
    tap_close();
    (void)snprintf(tap.name, sizeof(tap.name), "%s", name);
    tap.bad = false;
    return true;
}
static inline int tap_end(void)
{
    tap_close();
    printf("1..%d\n", tap.count);
    return tap.failed ? 1 : 0;
}
static inline bool tap_check(bool ok, const char *file, int line, const char *what)
{
    if (!ok) {
        tap.bad = true;
        printf("# %s:%d: failed: %s\n", file, line, what);
    }
    return ok;
}
static inline bool tap_i64(int64_t got, int64_t want, const char *file, int line,
                           const char *what)
{
    if (!tap_check(got == want, file, line, what)) {
        printf("#   got %" PRId64 ", want %" PRId64 "\n", got, want);
    }
    return got == want;
}
static inline bool tap_str(struct str got, struct str want, const char *file, int line,
                           const char *what)
{
    if (!tap_check(str_eq(got, want), file, line, what)) {
        printf("#   got  [%.*s]\n#   want [%.*s]\n", STR_FMT(got), STR_FMT(want));
    }
    return str_eq(got, want);
}

#define TEST(sentence) if (tap_open(sentence))
#define CHECK(cond) tap_check((cond), __FILE__, __LINE__, #cond)
#define CHECK_EQ_I64(got, want)                                                                \
    tap_i64((int64_t)(got), (int64_t)(want), __FILE__, __LINE__, #got)
/* Compares two struct str; for C strings use CHECK_CSTR. */
#define CHECK_STR(got, want) tap_str((got), (want), __FILE__, __LINE__, #got)
#define CHECK_CSTR(got, want) tap_str(str_of(got), str_of(want), __FILE__, __LINE__, #got)

#endif
