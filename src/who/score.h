/* Score sets: figures of consumers that were worked out once and are kept to be asked for (rfm.r, clv ...; the fields
 * whose `of` names the set, who/field.h).
 *
 * A set is a table by identity number: a consumer's scores lie under its smallest identity at the time of scoring, and
 * whoever holds that identity later has them, so joins and splits rewrite nothing. It is kept whole in the
 * checksummed file DIR/BRAND/scores/NAME with the day that it is as of; writing again replaces it in one step. A
 * question as of an earlier day does not see it. */
#ifndef POND_WHO_SCORE_H
#define POND_WHO_SCORE_H

#include <stdbool.h>
#include <stdint.h>
#include "base/arena.h"
#include "base/rc.h"
#include "base/str.h"
#include "people/brand.h"
#include "who/field.h"

#define SCORE_COLUMNS_MAX 16

struct score_column {
    const char *name;      /* of the field, at most 24 bytes: "rfm.r" */
    const double *numbers; /* [len]; NAN: unknown; NULL for a text column */
    const uint8_t *codes;  /* text column: index into texts; 255: unknown */
    const struct str
        *texts; /* without line feeds; of a field with `values`: their keys, in order */
    uint32_t texts_len;
};
struct score_set {
    const char *name; /* "rfm": [a-z_]{1,24} */
    int32_t as_of;    /* the last day whose events count */
    int64_t made_ms;
    struct str about; /* how it was made: the settings as JSON */
    uint32_t len;
    const uint32_t *no; /* identity numbers, ascending */
    uint32_t columns_len;
    struct score_column columns[SCORE_COLUMNS_MAX];
};
/* Keeps the set, replacing an older one of its name. RC_INVALID for a bad name; errors of the disk. */
enum rc score_save(struct brand *b, const struct score_set *s, struct err *e);
/* Reads a set into the arena. RC_MISSING when there is none, RC_CORRUPT names the file. */
enum rc score_load(struct brand *b, struct str name, struct arena *a, struct score_set *out,
                   struct err *e);
/* Names of the kept sets, in byte order, in the arena. */
enum rc score_list(struct brand *b, struct arena *a, struct str **names, uint32_t *len,
                   struct err *e);
/* RC_MISSING when there is none. */
enum rc score_drop(struct brand *b, struct str name, struct err *e);

/* For who_sources (who/world.h): the column of a field as of a day, by identity number; what nobody has scored is
 * left as it is (NAN, empty). RC_OK when no such set is kept. */
enum rc score_numbers(struct brand *b, const struct who_field *f, int32_t day, double *out,
                      uint32_t len, struct err *e);
enum rc score_texts(struct brand *b, const struct who_field *f, int32_t day, struct str *out,
                    uint32_t len, struct arena *a, struct err *e);

#endif
