/* RFM: recency, frequency, money of the buyers of a window, scored 1 to 5, and the eight types (docs/value.md).
 *
 *   R days since the last order    F orders    M net amount      as of the end of a day D, over the W days up to D
 *
 * A score is 1 + the number of cut points reached: a value of F or M reaches a cut point it is not below, one of R
 * a cut point it is not above. Without set cut points they are where each fifth of the buyers ends; equal values
 * always get equal scores. A score is high when it is at least the split: the mean of all scores, their median, or set
 * points. High or low of R, F, M make the type: 111 .. 000. */
#ifndef POND_REPORT_RFM_H
#define POND_REPORT_RFM_H

#include <stdbool.h>
#include <stdint.h>
#include "base/arena.h"
#include "base/rc.h"
#include "base/str.h"
#include "people/brand.h"
#include "report/buying.h"
#include "who/field.h"

#define RFM_CUTS 4
#define RFM_SCORES 5
#define RFM_TYPES 8 /* index: R*4 + F*2 + M of high = 1 */
enum { RFM_R, RFM_F, RFM_M };

enum rfm_split { RFM_MEAN, RFM_MEDIAN, RFM_POINTS };
struct rfm_plan {
    int32_t as_of;
    int32_t window;
    bool set[3];              /* cuts[i] are given */
    double cuts[3][RFM_CUTS]; /* R ascending days; F orders, M yuan, ascending */
    enum rfm_split split;
    double points[3]; /* RFM_POINTS */
};
struct rfm_row {
    uint32_t no;
    uint32_t days, orders;
    int64_t amount_fen;
    uint8_t score[3], type;
};
struct rfm_cell {
    uint64_t consumers, orders;
    int64_t amount_fen;
};
struct rfm_report {
    uint32_t len;
    struct rfm_row *row; /* ascending by no; owned */
    double cuts
        [3]
        [RFM_CUTS]; /* in use, from score 2 up (of R: from score 5 down); NAN: nobody is beyond */
    double split[3];
    uint64_t scores[3][RFM_SCORES + 1]; /* consumers by score 1..5 */
    struct rfm_cell type[RFM_TYPES];
    struct rfm_cell grid[RFM_SCORES + 1][RFM_SCORES + 1]; /* [r][f] */
    struct rfm_cell all;
};
/* The brand must be settled. Errors as history_read. */
enum rc rfm_make(struct brand *b, const struct rfm_plan *p, struct rfm_report *out,
                 struct err *e);
/* The same from what was bought (as_of and window are those of `in`). */
void rfm_score(const struct buying *in, const struct rfm_plan *p, struct rfm_report *out);
void rfm_release(struct rfm_report *r);

/* The field that the types are kept and asked as, with its eight values in the order of types (who/field_value.h gives
 * their names); "111" .. "000": the key of one. */
const struct who_field *rfm_type_field(void);
const char *rfm_type_code(uint32_t type);

#endif
