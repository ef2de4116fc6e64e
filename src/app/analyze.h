/* What the analyses (`pond analyze ...`) share: opening, steps, days, reading of histories, and how times and events
 * are shown. */
#ifndef POND_APP_ANALYZE_H
#define POND_APP_ANALYZE_H

#include "app/ask.h"
#include "app/pond.h"
#include "report/step.h"
#include "who/history.h"
#include "wire/op.h"

struct analysis {
    struct op_call *c;
    struct pond *p;
    struct ask *ask;
    struct history_want want; /* to be filled before analysis_read */
    struct history h;
    struct bits among; /* of --among */
    bool some;         /* --among was given */
    int32_t from, to;  /* --from (DAY_NONE: open) and --to (INT32_MAX: open) */
};
/* Opens the brand, reads --from, --to and --among (those that the operation has), calls `reply`, closes. RC_INVALID
 * when --to is before --from. */
enum rc analysis_run(struct op_call *c, enum rc (*reply)(struct analysis *a));
/* What a question says of every consumer as of the last day; the caller releases *out. `where` as for a step. */
enum rc analysis_find(struct analysis *a, struct str question, const char *where,
                      struct bits *out);
/* A step by its text, errors with `where` in front ("step 2"). Says how an alias was read. */
enum rc analysis_step(struct analysis *a, struct str text, const char *where, struct step *out);
/* Reads the history that `want` asks for, of --among's consumers only. */
enum rc analysis_read(struct analysis *a);
/* The last day: --to, else today, or the last event's day when that is 30 days ago or more. */
int32_t analysis_last_day(const struct analysis *a);

/* "item_view", in a Chinese text "浏览商品 item_view"; of a step with tests its text. */
struct str analysis_step_name(const struct analysis *a, const struct step *s);
/* The event of a code, likewise. */
struct str analysis_event_name(const struct analysis *a, uint16_t code);
/* "3.5 h", "3.5 小时"; "–" for NaN. */
struct str analysis_span(const struct op_call *c, double ms);
/* An argument "30m", "24h", "3d": elapsed time. RC_INVALID. */
enum rc analysis_span_parse(struct op_call *c, const char *arg, int64_t *ms);
/* "brand · WHAT · FROM to TO", with open ends as such. */
void analysis_headline(struct analysis *a, const char *en, const char *zh);
void analysis_json_days(struct analysis *a, struct json *j);
/* The picture's title: WHAT, and below it the brand and the days. */
void analysis_plot_title(struct analysis *a, struct plot *p, const char *en, const char *zh);

/* Names of an event and a step in a picture: short ones. */
struct str analysis_plot_event(const struct analysis *a, uint16_t code);
struct str analysis_plot_step(const struct analysis *a, const struct step *s);

/* Arguments of every analysis. */
#define ANALYZE_AMONG                                                                          \
    {                                                                                          \
        .name = "among", .type = OP_STR, .metavar = "QUESTION",                                \
        .help = "only consumers for whom this holds as of the last day (docs/who.md)",         \
        .help_zh = "只看截至最后一天符合此条件的消费者（docs/who.md）"      \
    }
#define ANALYZE_DAYS                                                                           \
    {.name = "from",                                                                           \
     .type = OP_DAY,                                                                           \
     .help = "first day, included; all days",                                                  \
     .help_zh = "第一天（含）；默认全部"},                                                     \
    {                                                                                          \
        .name = "to", .type = OP_DAY, .help = "last day, included; all days",                  \
        .help_zh = "最后一天（含）；默认全部"                                      \
    }

#endif
