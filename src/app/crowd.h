/* crowd ...: what its files share. The rows are in app/ops_crowd.c with create, change, freeze, rename, delete, list, show, count and
 * history; overlap, profile, why and look-alike are in app/ops_crowd_look.c, export in app/crowd_export.c. */
#ifndef POND_APP_CROWD_H
#define POND_APP_CROWD_H

#include "app/ask.h"
#include "app/pond.h"
#include "who/crowd.h"
#include "wire/op.h"

/* An operation on crowds while the brand is open. */
struct crowd_call {
    struct op_call *c;
    struct pond *p;
    struct ask *ask;
    int32_t day; /* --as-of, or today */
};
/* Opens, settles, asks as of the day, works, closes. */
enum rc crowd_run(struct op_call *c, enum brand_mode mode,
                  enum rc (*work)(struct crowd_call *x));
/* The consumers of a question text / of a crowd on the day; the caller releases *out. */
enum rc crowd_ask(struct crowd_call *x, struct str text, struct bits *out);
enum rc crowd_ask_named(struct crowd_call *x, struct str name, struct bits *out);
/* The question that means a crowd: crowd "name". */
struct str crowd_question(const struct op_call *c, struct str name);

enum rc crowd_overlap_run(struct op_call *c);
enum rc crowd_profile_run(struct op_call *c);
enum rc crowd_why_run(struct op_call *c);
enum rc crowd_lookalike_run(struct op_call *c);
enum rc crowd_export_run(struct op_call *c);

extern const struct op_in crowd_overlap_in[], crowd_profile_in[], crowd_why_in[],
    crowd_lookalike_in[], crowd_export_in[];
extern const struct op_out crowd_overlap_out[], crowd_profile_out[], crowd_why_out[],
    crowd_lookalike_out[], crowd_export_out[];

/* Keeps a frozen crowd of these consumers under a new name; inside a transaction. */
enum rc crowd_keep_list(struct crowd_call *x, struct str name, struct str question,
                        struct str note, const struct bits *in, struct err *e);

#endif
