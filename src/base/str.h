/* A view of bytes: borrowed, never freed, never assumed to end in NUL. Passed by value. */
#ifndef POND_BASE_STR_H
#define POND_BASE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct str {
    const char *ptr;
    size_t len;
};

#define STR(lit) ((struct str){"" lit, sizeof(lit) - 1})
#define STR_NULL ((struct str){0, 0})
/* For printf: printf("%.*s", STR_FMT(s)) */
#define STR_FMT(s) (int)(s).len, (s).ptr

static inline struct str str_of(const char *cstr)
{
    return (struct str){cstr, cstr ? strlen(cstr) : 0};
}
static inline struct str str_make(const char *ptr, size_t len)
{
    return (struct str){ptr, len};
}
static inline bool str_eq(struct str a, struct str b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}
/* Bytewise order, a shorter prefix first. <0, 0, >0. */
int str_cmp(struct str a, struct str b);
/* ASCII letters without case; other bytes exactly. */
bool str_eq_nocase(struct str a, struct str b);
bool str_starts(struct str s, struct str prefix);
bool str_ends(struct str s, struct str suffix);
/* Index of the first byte c / first occurrence of needle at or after `from`; SIZE_MAX when none. */
size_t str_find_byte(struct str s, char c, size_t from);
size_t str_find(struct str s, struct str needle, size_t from);
/* [from, to) clipped to the view. */
struct str str_slice(struct str s, size_t from, size_t to);
/* Without ASCII white space (and U+3000, U+FEFF) at both ends. */
struct str str_trim(struct str s);
/* Cuts *rest at the first byte c: returns what is before it and moves *rest behind it; at the
 * end *rest becomes {NULL, 0} and the remainder is returned. */
struct str str_cut(struct str *rest, char c);
/* Whole-view decimal numbers: sign allowed, no spaces, no trailing bytes. False when malformed
 * or out of range; *out is then untouched. str_f64: also false for inf, nan, hexadecimal and more
 * than 511 bytes; out of range means infinite, what is too small becomes 0. */
bool str_i64(struct str s, int64_t *out);
bool str_u64(struct str s, uint64_t *out);
bool str_f64(struct str s, double *out);
/* A decimal amount as an exact number of 1/10^scale units ("12.3", scale 2 -> 1230), rounded half
 * away from zero beyond the scale. Accepts sign, thousands commas, a leading ¥/￥/$ and exponents. */
bool str_decimal(struct str s, int scale, int64_t *out);
/* True when the bytes are well-formed UTF-8 (no surrogates, no overlong forms). */
bool str_is_utf8(struct str s);
/* Steps (bytes put in, left out or changed) from one text to the other; UINT32_MAX when one has more than 256 bytes.
 * Near, as a slip of typing: at most a third of the shorter one, but one step in less than four bytes. */
uint32_t str_distance(struct str a, struct str b);
bool str_near(struct str a, struct str b);
/* For "did you mean": the index of the text with the fewest steps to `wanted` among those that are near it, the first
 * of several; `len` when none is near. Empty texts are passed over. */
uint32_t str_nearest(const struct str *texts, uint32_t len, struct str wanted);
/* The same for words that end with NULL; NULL when none is near. */
const char *str_nearest_word(const char *const *words, struct str wanted);

#endif
