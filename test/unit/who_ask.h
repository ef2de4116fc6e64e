/* Random questions as texts, over the vocabulary of who_life.h; and how often each part of the language came up. */
#ifndef POND_TEST_WHO_ASK_H
#define POND_TEST_WHO_ASK_H

#include "base/buf.h"
#include "who_life.h"

struct asker {
    struct life_world *w;
    struct rng *g;
    struct buf text;
    int32_t as_of;
};

static inline void ask_word(struct asker *q, const char *word)
{
    buf_addf(&q->text, "%s", word);
}

static inline void ask_text(struct asker *q, const char *text)
{
    buf_add_byte(&q->text, '"');
    for (; *text; text++) {
        if (*text == '"' || *text == '\\') {
            buf_add_byte(&q->text, '\\');
        }
        buf_add_byte(&q->text, *text);
    }
    buf_add_byte(&q->text, '"');
}

static inline void ask_cmp(struct asker *q)
{
    static const char *const cmps[] = {">=", ">", "=", "!=", "<", "<="};
    buf_addf(&q->text, " %s ", LIFE_PICK(q->g, cmps));
}

static inline void ask_name(struct asker *q, const char *name)
{
    bool own = (unsigned char)name[0] >= 128 || strchr(name, ' ');
    buf_addf(&q->text, own ? "`%s`" : "%s", name);
}

/* purchases: whether the count that follows may hold purchases beside others. */
static inline void ask_events(struct asker *q, bool mixed)
{
    uint32_t form = rng_below(q->g, 10);
    if (form == 0 && mixed) {
        ask_word(q, "any");
    } else if (form < 3) {
        ask_word(q, "(");
        for (uint32_t i = 0, n = 2 + rng_below(q->g, 2); i < n;) {
            const char *name = LIFE_PICK(q->g, life_names);
            if (mixed || strcmp(name, "purchase")) {
                ask_word(q, i++ ? " or " : "");
                ask_name(q, name);
            }
        }
        ask_word(q, ")");
    } else {
        ask_name(q, LIFE_PICK(q->g, life_names));
    }
}

static inline void ask_list(struct asker *q, const char *const *texts, uint32_t len)
{
    uint32_t form = rng_below(q->g, 3);
    if (form < 2) {
        ask_word(q, form ? " = " : " != ");
        ask_text(q, texts[rng_below(q->g, len)]);
        return;
    }
    ask_word(q, " in (");
    for (uint32_t i = 0, n = 1 + rng_below(q->g, 3); i < n; i++) {
        ask_word(q, i ? ", " : "");
        ask_text(q, texts[rng_below(q->g, len)]);
    }
    ask_word(q, ")");
}

static inline void ask_prop(struct asker *q)
{
    static const char *const keys[] = {"color", "n", "ok", "a/b", "none"};
    static const char *const values[] = {"red", "blue", "7", "12", "true", "x~y", "红", "2.5"};
    ask_word(q, "prop ");
    ask_text(q, LIFE_PICK(q->g, keys));
    if (rng_below(q->g, 2)) {
        ask_list(q, values, 8);
    } else {
        ask_cmp(q);
        buf_addf(&q->text, "%d", (int)rng_below(q->g, 14) - 1);
    }
}

#define ASK_SOME(list) (list) + 1, sizeof(list) / sizeof((list)[0]) - 1
static inline void ask_test(struct asker *q)
{
    static const char *const orders[] = {"", "o1-0", "o2-1", "o3-2", "o9-1"};
    static const char *const campaigns[] = {"", "618", "double \"11\"", "none"};
    switch (rng_below(q->g, 11)) {
    case 0:
        ask_word(q, "amount");
        ask_cmp(q);
        buf_addf(&q->text, "%u", 10 * rng_below(q->g, 4));
        break;
    case 1:
        ask_word(q, "quantity");
        ask_cmp(q);
        buf_addf(&q->text, "%.1f", 0.5 * rng_below(q->g, 6));
        break;
    case 2:
        ask_word(q, "score");
        ask_cmp(q);
        buf_addf(&q->text, "%u", rng_below(q->g, 6));
        break;
    case 3:
        ask_word(q, "unit_price");
        ask_cmp(q);
        buf_addf(&q->text, "%u", rng_below(q->g, 4));
        break;
    case 4: ask_word(q, "channel"), ask_list(q, ASK_SOME(life_channels)); break;
    case 5: ask_word(q, "touchpoint"), ask_list(q, ASK_SOME(life_touchpoints)); break;
    case 6: ask_word(q, "campaign"), ask_list(q, ASK_SOME(campaigns)); break;
    case 7: ask_word(q, "item"), ask_list(q, ASK_SOME(life_items)); break;
    case 8: ask_word(q, "category"), ask_list(q, ASK_SOME(life_categories)); break;
    case 9: ask_word(q, "order"), ask_list(q, ASK_SOME(orders)); break;
    default: ask_prop(q); break;
    }
}

static inline void ask_tests(struct asker *q)
{
    ask_word(q, "(");
    ask_test(q);
    if (!rng_below(q->g, 3)) {
        ask_word(q, ", ");
        ask_test(q);
    }
    ask_word(q, ")");
}

static inline void ask_filter(struct asker *q, bool mixed)
{
    ask_events(q, mixed);
    if (!rng_below(q->g, 3)) {
        ask_tests(q);
    }
}

static inline void ask_day(struct asker *q)
{
    char day[16];
    int32_t d = q->w->first_day + (int32_t)rng_below(q->g, q->w->days + 20) - 10;
    buf_addf(&q->text, "%s", day_format(d, day));
}

static inline uint32_t ask_days(struct asker *q)
{
    return 1 + rng_below(q->g, rng_below(q->g, 2) ? 14 : q->w->days);
}

static inline void ask_when(struct asker *q, bool must)
{
    switch (rng_below(q->g, 7) + must) {
    case 0:
    case 1: buf_addf(&q->text, must ? " in %ud" : "", ask_days(q)); break;
    case 2: buf_addf(&q->text, " in %ud", ask_days(q)); break;
    case 3: buf_addf(&q->text, " in %ud ending %ud ago", ask_days(q), ask_days(q)); break;
    case 4: buf_addf(&q->text, " before %ud", ask_days(q)); break;
    case 5: ask_word(q, " on "), ask_day(q); break;
    case 6: ask_word(q, rng_below(q->g, 2) ? " from " : " to "), ask_day(q); break;
    default: {
        char a[16], b[16];
        int32_t d = q->w->first_day + (int32_t)rng_below(q->g, q->w->days);
        buf_addf(&q->text, " from %s to %s", day_format(d, a),
                 day_format(d + (int32_t)rng_below(q->g, 60), b));
    }
    }
}

static inline void ask_did(struct asker *q)
{
    uint32_t form = rng_below(q->g, 8);
    bool counted = form > 2, units = form > 4;
    ask_word(q, rng_below(q->g, 8) ? "did " : "did not ");
    ask_filter(q, !counted || units);
    ask_when(q, false);
    if (counted) {
        ask_cmp(q);
        buf_addf(&q->text, "%u%s", rng_below(q->g, 4),
                 !units     ? ""
                 : form < 7 ? " days"
                            : " items");
    }
}

static inline void ask_within(struct asker *q)
{
    static const char *const round[] = {"30m", "1h", "90m", "2h", "1d", "2d", "4d"};
    static const char units[] = "mhd";
    if (rng_below(q->g, 2)) { /* just as long as things lie apart */
        buf_addf(&q->text, " within %s", LIFE_PICK(q->g, round));
    } else {
        uint32_t unit = rng_below(q->g, 3), most = unit ? 40 : 6000;
        buf_addf(&q->text, " within %u%c", 1 + rng_below(q->g, most), units[unit]);
    }
}

static inline void ask_sequence(struct asker *q)
{
    ask_word(q, "did ");
    ask_filter(q, true);
    bool of_first = rng_below(q->g, 3) == 0;
    uint32_t more = 1u + (rng_below(q->g, 3) == 0) + (of_first && rng_below(q->g, 2));
    for (uint32_t i = 0; i < more; i++) {
        bool negated = !of_first && i + 1 == more && rng_below(q->g, 3) == 0;
        ask_word(q, negated ? " then not " : " then ");
        ask_filter(q, true);
        if (!of_first || i + 1 == more) {
            ask_within(q);
        }
    }
    ask_word(q, of_first ? " of first" : "");
    ask_when(q, false);
}

static inline void ask_measure(struct asker *q)
{
    static const char *const fields[] = {"amount", "quantity", "score", "unit_price"};
    static const char *const of[] = {"sum", "avg", "min", "max"};
    uint32_t field = rng_below(q->g, 4);
    buf_addf(&q->text, "%s(", LIFE_PICK(q->g, of));
    ask_events(q, true);
    buf_addf(&q->text, ".%s", fields[field]);
    if (!rng_below(q->g, 3)) {
        ask_word(q, ", ");
        ask_test(q);
    }
    ask_word(q, ")");
    ask_when(q, false);
    ask_cmp(q);
    static const uint32_t scale[] = {10, 1, 1, 1};
    buf_addf(&q->text, "%u", scale[field] * rng_below(q->g, 6));
}

static inline void ask_total(struct asker *q)
{
    ask_word(q, rng_below(q->g, 2) ? "gmv" : "aov");
    ask_when(q, false);
    ask_cmp(q);
    buf_addf(&q->text, "%u", 10 * rng_below(q->g, 8));
}

static inline void ask_moment(struct asker *q)
{
    bool was = rng_below(q->g, 2);
    ask_word(q, rng_below(q->g, 2) ? "first " : "last ");
    ask_filter(q, true);
    if (was) {
        ask_word(q, " was ");
        ask_tests(q);
    }
    ask_when(q, !was);
}

static inline void ask_stage(struct asker *q)
{
    static const char *const verbs[] = {"was", "entered", "left"};
    const char *stage = life_stages[rng_below(q->g, LIFE_STAGES)].ptr;
    ask_word(q, "stage ");
    if (rng_below(q->g, 2)) {
        buf_addf(&q->text, "%s %s", LIFE_PICK(q->g, verbs), stage);
        ask_when(q, false);
        return;
    }
    uint32_t day = rng_below(q->g, 3);
    if (day == 1) {
        ask_word(q, "on ");
        ask_day(q);
        ask_word(q, " ");
    } else if (day == 2) {
        buf_addf(&q->text, "%ud ago ", ask_days(q));
    }
    if (rng_below(q->g, 4)) {
        ask_cmp(q);
        ask_word(q, stage);
    } else {
        buf_addf(&q->text, "in (%s, %s)", stage, life_stages[rng_below(q->g, LIFE_STAGES)].ptr);
    }
}

static inline void ask_field(struct asker *q)
{
    static const char *const texts[] = {"gold", "银", "black", "nothing"};
    static const char *const types[] = {"重要价值", "important keep", "000", "一般发展"};
    uint32_t n = 0;
    while (who_fields[n].name) {
        n++;
    }
    const struct who_field *f = &who_fields[rng_below(q->g, n)];
    ask_word(q, f->name);
    if (!rng_below(q->g, 4)) {
        ask_word(q, " known");
    } else if (f->type == FIELD_TEXT) {
        ask_list(q, f->values ? types : texts, 4);
    } else {
        ask_cmp(q);
        buf_addf(&q->text, "%u", rng_below(q->g, 6));
    }
}

static inline void ask_has(struct asker *q)
{
    static const char *const kinds[] = {"phone",  "user_id",    "device",
                                        "openid", "openid@wx1", "email"};
    buf_addf(&q->text, "has %s", LIFE_PICK(q->g, kinds));
    if (rng_below(q->g, 2)) {
        ask_cmp(q);
        buf_addf(&q->text, "%u", rng_below(q->g, 4));
    }
}

static inline void ask_mark(struct asker *q)
{
    static const char *const channels[] = {"sms", "wecom", "email", "wechat_oa"};
    switch (rng_below(q->g, 6)) {
    case 0: buf_addf(&q->text, "tag \"t%u\"", rng_below(q->g, 5)); break;
    case 1:
        buf_addf(&q->text, "tag \"t%u\" = \"v%u\"", rng_below(q->g, 3), rng_below(q->g, 3));
        break;
    case 2: buf_addf(&q->text, "crowd \"c %u\"", rng_below(q->g, 4)); break;
    case 3: buf_addf(&q->text, "crowd \"live %u\"", rng_below(q->g, 3)); break;
    case 4: buf_addf(&q->text, "reachable by %s", LIFE_PICK(q->g, channels)); break;
    default: buf_addf(&q->text, "consent \"k%u\"", rng_below(q->g, 3)); break;
    }
}

static inline void ask_leaf(struct asker *q)
{
    static const char *const statuses[] = {"follow", "friend_add", "group_join"};
    switch (rng_below(q->g, 19)) {
    case 0:
    case 1:
    case 2:
    case 3: ask_did(q); break;
    case 4:
    case 5:
    case 6: ask_sequence(q); break;
    case 7: buf_addf(&q->text, "is %s", LIFE_PICK(q->g, statuses)); break;
    case 8:
    case 9: ask_measure(q); break;
    case 10: ask_total(q); break;
    case 11:
    case 12: ask_moment(q); break;
    case 13: ask_stage(q); break;
    case 14: ask_field(q); break;
    case 15:
        if (rng_below(q->g, 2)) {
            ask_has(q);
        } else {
            buf_addf(&q->text,
                     rng_below(q->g, 2) ? "identity \"user_id:u%u\""
                                        : "identity \"phone:138%08u\"",
                     rng_below(q->g, q->w->persons + 5));
        }
        break;
    case 16:
    case 17: ask_mark(q); break;
    default:
        if (rng_below(q->g, 3)) {
            buf_addf(&q->text, "sample %u%%", 1 + rng_below(q->g, 100));
            if (rng_below(q->g, 2)) {
                buf_addf(&q->text, " seed %u", rng_below(q->g, 1000000));
            }
        } else {
            ask_word(q, "all");
        }
    }
}

static inline void ask_tree(struct asker *q, uint32_t depth)
{
    uint32_t form = depth ? rng_below(q->g, 6) : 0;
    if (form < 3) {
        ask_leaf(q);
    } else if (form == 3) {
        ask_word(q, "not (");
        ask_tree(q, depth - 1);
        ask_word(q, ")");
    } else {
        ask_word(q, "(");
        for (uint32_t i = 0, n = 2 + rng_below(q->g, 2); i < n; i++) {
            ask_word(q, !i ? "" : form == 4 ? " and " : " or ");
            ask_tree(q, depth - 1);
        }
        ask_word(q, ")");
    }
}

#endif
