/* What the screens of several operations share: names of stages, days, headlines, in both
 * languages. Machine names go into JSON and CSV, titles onto the screen. */
#ifndef POND_APP_SHOW_H
#define POND_APP_SHOW_H

#include "aipl/model.h"
#include "app/pond.h"
#include "wire/op.h"

/* "Awareness" / "认知"; the machine name when the model gives no title, and in CSV. */
struct str show_stage(const struct op_call *c, const struct stage *s);
/* "YYYY-MM-DD" in the call's arena; "–" for DAY_NONE and "…" for INT32_MAX. */
struct str show_day(const struct op_call *c, int32_t day);
/* "YYYY-MM-DD HH:MM:SS" in the brand's zone. */
struct str show_time(const struct op_call *c, const struct brand *b, int64_t ms);
struct str show_instant(const struct op_call *c, const struct zone *z, int64_t ms);
/* "1,234" */
struct str show_count(const struct op_call *c, uint64_t n);
/* "12.3 MB" */
struct str show_bytes(const struct op_call *c, uint64_t n);
/* "12.3 %", "–" for NaN. */
struct str show_share(const struct op_call *c, double share);
/* The headline of a report: brand, model and what the figures are about. `what` is a phrase. */
void show_headline(struct op_call *c, const struct pond *p, struct str what);
/* Stage by its machine name; UINT32_MAX when the model has none of that name. */
uint32_t show_stage_find(const struct stage_model *m, struct str name);
/* A line for people in the call's language. Both texts are formats of the same arguments. */
#define show_text(c, en, zh, ...)                                                              \
    ((c)->lang == LANG_ZH ? op_text((c), zh, __VA_ARGS__) : op_text((c), en, __VA_ARGS__))
/* rc_fail and err_hint in the call's language: both texts are formats of the same arguments. */
#define show_fail(c, code, en, zh, ...)                                                        \
    ((c)->lang == LANG_ZH ? rc_fail((c)->err, (code), zh, __VA_ARGS__)                         \
                          : rc_fail((c)->err, (code), en, __VA_ARGS__))
void show_hint(const struct op_call *c, const char *en, const char *zh);
/* How far long work is (0..1) and at what, for who listens and on a terminal, in place; 1 clears the line. */
void show_progress(struct op_call *c, double share, const char *what);
/* A column; `title` as given, name for machines; the number of a "consumer" stands without commas. */
void show_column(struct table *t, const char *name, const char *title, enum table_kind kind);
/* An event in a list of events: its columns, and its cells in the row begun last. */
struct show_event {
    int64_t time_ms;
    struct str name, channel, item, order_no;
    int64_t amount_fen; /* may be AMOUNT_UNKNOWN */
};
void show_event_columns(const struct op_call *c, struct table *t);
void show_event_cells(const struct op_call *c, const struct brand *b, struct table *t,
                      const struct show_event *v);
/* json_put_*: a day as "YYYY-MM-DD", null for DAY_NONE and INT32_MAX; an instant as
 * "YYYY-MM-DDTHH:MM:SS+08:00" in the brand's zone. */
void show_json_day(struct json *j, const char *key, int32_t day);
void show_json_time(struct json *j, const struct brand *b, const char *key, int64_t ms);
void show_json_instant(struct json *j, const struct zone *z, const char *key, int64_t ms);

/* What kind of failure it is, in Chinese: "不存在". The message behind it is the library's own. */
const char *show_rc_zh(enum rc rc);

#endif
