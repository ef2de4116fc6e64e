/* Own names (events, channels, kinds), identity rules and operator's decisions: between the ledger, which
 * keeps them, and memory. */
#include "people/internal.h"

#include "base/mem.h"
#include "gen/sql_people.h"

/* ---- settings ---- */

enum rc brand_get_setting(struct ledger *l, const char *key, struct arena *a, struct str *out,
                          struct err *e)
{
    struct stmt *s = NULL;
    bool row = false;
    enum rc rc = ledger_prepare(l, &sql_people_setting_get, &s, e);
    if (!rc) {
        stmt_bind_str(s, "key", str_of(key));
        rc = stmt_step(s, &row, e);
    }
    *out = !rc && row ? arena_str(a, stmt_str(s, 0)) : STR_NULL;
    stmt_done(s);
    return rc;
}

enum rc brand_put_setting(struct ledger *l, const char *key, struct str value, struct err *e)
{
    return ledger_run(l, &sql_people_setting_put,
                      BINDS(bind_str("key", str_of(key)), bind_str("value", value)), e);
}

/* ---- own names ---- */

/* Codes are given in order of appearance, so interning the ledger's list in order of id gives the same
 * codes again; anything else means that the table was changed by hand. */
static enum rc load_one(struct brand *b, const struct sql *sql, struct stmt *s, struct err *e)
{
    int64_t id = stmt_i64(s, 0), got = 0;
    struct str name = stmt_str(s, 1);
    uint16_t event = 0;
    uint8_t code = 0;
    enum rc rc = RC_OK;
    if (sql == &sql_people_event_name_list) {
        rc = catalogue_intern(b->catalogue, name, &event, e);
        got = event;
    } else if (sql == &sql_people_channel_list) {
        rc = channel_intern(b->catalogue, name, &code, e);
        got = code;
    } else {
        rc = kind_intern(b->kinds, name, &code, e);
        got = code;
    }
    if (!rc && got != id) {
        rc = rc_fail(e, RC_CORRUPT,
                     "the ledger gives the name \"%.*s\" the number %lld; it should be %lld",
                     STR_FMT(name), (long long)id, (long long)got);
    }
    return rc;
}

static enum rc load_list(struct brand *b, const struct sql *sql, struct err *e)
{
    struct stmt *s = NULL;
    bool row = false;
    enum rc rc = ledger_prepare(b->own->history, sql, &s, e);
    while (!rc && !(rc = stmt_step(s, &row, e)) && row) {
        rc = load_one(b, sql, s, e);
    }
    stmt_done(s);
    return rc;
}

static enum strength strength_of(struct str s)
{
    return str_eq(s, STR("strong")) ? STRENGTH_STRONG
           : str_eq(s, STR("weak")) ? STRENGTH_WEAK
                                    : STRENGTH_NEVER;
}

static const char *strength_text(enum strength s)
{
    return s == STRENGTH_STRONG ? "strong" : s == STRENGTH_WEAK ? "weak" : "never";
}

static enum rc load_rules(struct brand *b, struct err *e)
{
    struct stmt *s = NULL;
    bool row = false;
    enum rc rc = ledger_prepare(b->own->history, &sql_people_rule_list, &s, e);
    while (!rc && !(rc = stmt_step(s, &row, e)) && row) {
        struct kind_rule rule = {.priority = (uint16_t)stmt_i64(s, 1),
                                 .strength = strength_of(stmt_str(s, 2)),
                                 .cap = (uint32_t)stmt_i64(s, 3),
                                 .max = (uint32_t)stmt_i64(s, 4),
                                 .personal = stmt_i64(s, 5) != 0};
        rc = kind_set_rule(b->kinds, stmt_str(s, 0), rule, e);
    }
    stmt_done(s);
    return rc;
}

static void note_saved(struct brand *b)
{
    uint32_t channels = 0;
    channel_names(b->catalogue, &channels);
    b->own->names_saved = catalogue_len(b->catalogue);
    b->own->channels_saved = channels;
    b->own->kinds_saved = kind_len(b->kinds);
}

enum rc brand_load_names(struct brand *b, struct err *e)
{
    enum rc rc = load_list(b, &sql_people_kind_list, e);
    rc = rc ? rc : load_list(b, &sql_people_event_name_list, e);
    rc = rc ? rc : load_list(b, &sql_people_channel_list, e);
    rc = rc ? rc : load_rules(b, e);
    note_saved(b);
    return rc;
}

enum rc brand_save_names(struct brand *b, struct tx *tx, struct err *e)
{
    struct brand_private *own = b->own;
    struct ledger *l = tx_ledger(tx);
    uint32_t channels = 0;
    const struct str *channel = channel_names(b->catalogue, &channels);
    enum rc rc = RC_OK;
    uint32_t from = own->names_saved > EVENT_OWN_FIRST ? own->names_saved : EVENT_OWN_FIRST;
    for (uint32_t i = from; i < catalogue_len(b->catalogue) && !rc; i++) {
        rc = ledger_run(l, &sql_people_event_name_add,
                        BINDS(bind_i64("id", i),
                              bind_str("name", catalogue_name(b->catalogue, (uint16_t)i)),
                              bind_i64("first_ms", clock_now(b->clock))),
                        e);
    }
    from = own->channels_saved > CHANNEL_OWN_FIRST ? own->channels_saved : CHANNEL_OWN_FIRST;
    for (uint32_t i = from; i < channels && !rc; i++) {
        rc = ledger_run(l, &sql_people_channel_add,
                        BINDS(bind_i64("id", i), bind_str("name", channel[i])), e);
    }
    from = own->kinds_saved > KIND_OWN_FIRST ? own->kinds_saved : KIND_OWN_FIRST;
    for (uint32_t i = from; i < kind_len(b->kinds) && !rc; i++) {
        rc = ledger_run(
            l, &sql_people_kind_add,
            BINDS(bind_i64("id", i), bind_str("name", kind_name(b->kinds, (uint8_t)i))), e);
    }
    if (!rc) {
        note_saved(b);
    }
    return rc;
}

uint64_t brand_rules_hash(const struct brand *b)
{
    const struct kind_rule *rules = kind_rules(b->kinds);
    uint64_t h = 0;
    for (uint32_t k = 0; k < kind_len(b->kinds); k++) {
        h = hash_mix(h ^ (rules[k].priority | (uint64_t)rules[k].strength << 16 |
                          (uint64_t)rules[k].personal << 20 | (uint64_t)rules[k].cap << 24));
        h = hash_mix(h ^ rules[k].max);
    }
    return h;
}

/* ---- decisions ---- */

/* A checkpoint may be older than the latest decisions: every pair is brought to what the ledger says. */
enum rc brand_load_decisions(struct brand *b, struct err *e)
{
    struct stmt *s = NULL;
    bool row = false;
    enum rc rc = ledger_prepare(b->own->history, &sql_people_split_links, &s, e);
    while (!rc && !(rc = stmt_step(s, &row, e)) && row) {
        void (*set)(struct graph *, uint32_t, uint32_t) =
            stmt_i64(s, 2) ? graph_cut : graph_uncut;
        set(b->graph, (uint32_t)stmt_i64(s, 0), (uint32_t)stmt_i64(s, 1));
    }
    stmt_done(s);
    s = NULL;
    rc = rc ? rc : ledger_prepare(b->own->history, &sql_people_join_list, &s, e);
    while (!rc && !(rc = stmt_step(s, &row, e)) && row) {
        void (*set)(struct graph *, uint32_t, uint32_t) =
            stmt_i64(s, 2) ? graph_join : graph_unjoin;
        set(b->graph, (uint32_t)stmt_i64(s, 0), (uint32_t)stmt_i64(s, 1));
    }
    stmt_done(s);
    return rc;
}

static enum rc need_writer(const struct brand *b, struct err *e)
{
    return b->mode == BRAND_WRITE ? RC_OK
                                  : rc_fail(e, RC_BUG, "the brand is open for reading only");
}

static enum rc add_split(struct brand *b, const uint32_t *pairs, uint32_t n, struct str reason,
                         int64_t *id, struct err *e)
{
    enum rc rc = ledger_run(
        b->ledger, &sql_people_split_add,
        BINDS(bind_i64("at_ms", clock_now(b->clock)), bind_str("reason", reason)), e);
    *id = ledger_last_id(b->ledger);
    for (uint32_t i = 0; i < n && !rc; i++) {
        uint32_t low = pairs[2 * i] < pairs[2 * i + 1] ? pairs[2 * i] : pairs[2 * i + 1];
        uint32_t high = pairs[2 * i] + pairs[2 * i + 1] - low;
        rc = ledger_run(
            b->ledger, &sql_people_split_link_add,
            BINDS(bind_i64("split_id", *id), bind_i64("a_no", low), bind_i64("b_no", high)), e);
    }
    return rc;
}

enum rc brand_split(struct brand *b, const uint32_t *cut_pairs, uint32_t pairs,
                    struct str reason, int64_t *split_id, struct err *e)
{
    struct tx *tx = NULL;
    enum rc rc = need_writer(b, e);
    if (!rc && !pairs) {
        rc = rc_fail(e, RC_CONFLICT, "there is no link to undo");
    }
    rc = rc ? rc : ledger_begin(b->ledger, &tx, e);
    if (rc) {
        return rc;
    }
    rc = ledger_end(
        tx, add_split(b, cut_pairs, pairs, reason.ptr ? reason : STR(""), split_id, e), e);
    return rc ? rc : brand_load_decisions(b, e);
}

/* Runs one statement that must change a row, in a transaction, then takes the decisions over. */
static enum rc decide(struct brand *b, const struct sql *sql, struct binds binds,
                      const char *missing, int64_t *id, struct err *e)
{
    struct tx *tx = NULL;
    enum rc rc = need_writer(b, e);
    rc = rc ? rc : ledger_begin(b->ledger, &tx, e);
    if (rc) {
        return rc;
    }
    rc = ledger_run(b->ledger, sql, binds, e);
    if (!rc && !ledger_changes(b->ledger)) {
        rc = rc_fail(e, RC_MISSING, "%s", missing);
    }
    if (id) {
        *id = ledger_last_id(b->ledger);
    }
    rc = ledger_end(tx, rc, e);
    return rc ? rc : brand_load_decisions(b, e);
}

enum rc brand_undo_split(struct brand *b, int64_t split_id, struct err *e)
{
    return decide(b, &sql_people_split_undo,
                  BINDS(bind_i64("id", split_id), bind_i64("at_ms", clock_now(b->clock))),
                  "no split with this number still holds", NULL, e);
}

enum rc brand_join(struct brand *b, uint32_t a, uint32_t c, struct str reason, int64_t *join_id,
                   struct err *e)
{
    if (a == c) {
        return rc_fail(e, RC_INVALID, "both are the same identity");
    }
    return decide(b, &sql_people_join_add,
                  BINDS(bind_i64("a_no", a), bind_i64("b_no", c),
                        bind_i64("at_ms", clock_now(b->clock)),
                        bind_str("reason", reason.ptr ? reason : STR(""))),
                  "the join was not recorded", join_id, e);
}

enum rc brand_undo_join(struct brand *b, int64_t join_id, struct err *e)
{
    return decide(b, &sql_people_join_undo,
                  BINDS(bind_i64("id", join_id), bind_i64("at_ms", clock_now(b->clock))),
                  "no join with this number still holds", NULL, e);
}

enum rc brand_try_rule(struct brand *b, struct str kind, struct kind_rule rule, struct err *e)
{
    uint8_t code = kind_find(b->kinds, kind);
    if (code && kind_rules(b->kinds)[code].personal != rule.personal &&
        dictionary_len(b->dictionary)) {
        rc_fail(e, RC_CONFLICT,
                "whether a kind is personal cannot change once identities are stored");
        err_hint(e, "values are already stored %s", rule.personal ? "in plain text" : "sealed");
        return RC_CONFLICT;
    }
    enum rc rc = kind_set_rule(b->kinds, kind, rule, e);
    if (!rc) {
        graph_invalidate(b->graph);
    }
    return rc;
}

enum rc brand_set_rule(struct brand *b, struct str kind, struct kind_rule rule, struct err *e)
{
    struct tx *tx = NULL;
    enum rc rc = need_writer(b, e);
    rc = rc ? rc : brand_try_rule(b, kind, rule, e);
    rc = rc ? rc : ledger_begin(b->ledger, &tx, e);
    if (rc) {
        return rc;
    }
    rc = ledger_run(b->ledger, &sql_people_rule_put,
                    BINDS(bind_str("kind", kind), bind_i64("priority", rule.priority),
                          bind_str("strength", str_of(strength_text(rule.strength))),
                          bind_i64("cap", rule.cap), bind_i64("max", rule.max),
                          bind_i64("personal", rule.personal)),
                    e);
    rc = ledger_end(tx, rc, e);
    b->own->since_checkpoint = b->events + 1;
    return rc;
}
