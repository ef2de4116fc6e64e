/* Tokens to a checked tree, by recursive descent: one function a line of the grammar (who/rule.h).
 * The first failure sticks in the reading; what follows runs on without effect and is thrown away,
 * so that no step needs to look at the one before it. */
#include "who/internal.h"

#include <math.h>

#include "base/buf.h"

/* clang-format off */
const struct rule_field rule_fields[FIELD_COUNT] = {
    [FIELD_AMOUNT] = {"amount", false, 2},       [FIELD_QUANTITY] = {"quantity", false, -1},
    [FIELD_SCORE] = {"score", false, -1},        [FIELD_UNIT_PRICE] = {"unit_price", false, 4},
    [FIELD_CHANNEL] = {"channel", true, 0},      [FIELD_TOUCHPOINT] = {"touchpoint", true, 0},
    [FIELD_CAMPAIGN] = {"campaign", true, 0},    [FIELD_ITEM] = {"item", true, 0},
    [FIELD_CATEGORY] = {"category", true, 0},    [FIELD_ORDER] = {"order", true, 0},
};
/* clang-format on */

static const char *const keywords[] = {"and", "or", "not", "did", "is", "in", "days"};
#define KEYWORDS (sizeof(keywords) / sizeof(keywords[0]))

bool rule_is_keyword(struct str word)
{
    for (size_t i = 0; i < KEYWORDS; i++) {
        if (str_eq(word, str_of(keywords[i]))) {
            return true;
        }
    }
    return false;
}

bool rule_is_any(const struct who_rule *r)
{
    return r->form == RULE_DID && ((r->cmp == CMP_GE && r->n == 1) ||
                                   ((r->cmp == CMP_GT || r->cmp == CMP_NE) && r->n == 0));
}

static bool at_word(const struct reading *r, const char *word)
{
    return r->token.kind == TOKEN_WORD && str_eq(r->token.text, str_of(word));
}

/* What stands here, for messages. */
static struct str shown(const struct reading *r)
{
    if (r->token.kind == TOKEN_END) {
        return STR("the end");
    }
    struct str s = str_slice(r->text, r->token.at, r->at);
    return arena_strf(r->arena, "\"%.*s\"%s", (int)(s.len > 40 ? 40 : s.len), s.ptr,
                      s.len > 40 ? "..." : "");
}

/* A keyword that is mistyped or in capitals here; else NULL. */
static const char *near_keyword(const struct reading *r)
{
    if (r->token.kind != TOKEN_WORD || rule_is_keyword(r->token.text)) {
        return NULL;
    }
    for (size_t i = 0; i < KEYWORDS; i++) {
        struct str k = str_of(keywords[i]);
        if (str_eq_nocase(r->token.text, k) ||
            (k.len > 2 && r->token.text.len > 1 && catalogue_distance(r->token.text, k) <= 1) ||
            (str_eq(k, STR("and")) && str_eq_nocase(r->token.text, STR("adn")))) {
            return keywords[i];
        }
    }
    return NULL;
}

static struct who_rule *node_new(struct reading *r, enum rule_form form)
{
    struct who_rule *n = arena_new_of(r->arena, struct who_rule);
    n->form = form;
    return n;
}

/* An array in the arena that doubles: room for one more behind its len items. */
static void *more(struct reading *r, const void *items, uint32_t len, size_t size)
{
    if (len && (len < 4 || (len & (len - 1)))) {
        return (void *)(uintptr_t)items;
    }
    void *fresh = arena_zalloc(r->arena, size * (len ? 2 * (size_t)len : 4));
    if (len) {
        memcpy(fresh, items, size * len);
    }
    return fresh;
}

/* Adds an operand; one of the same form gives its own operands instead: a or (b or c) = a or b or c. */
static void node_add(struct who_rule *n, struct who_rule *operand)
{
    struct who_rule *first = operand, *last = operand;
    if (operand->form == n->form && n->form != RULE_NOT) {
        first = operand->first;
        last = operand->last;
    }
    if (n->last) {
        n->last->next = first;
    } else {
        n->first = first;
    }
    n->last = last;
}

/* ---- names ---- */

static const struct event_def *def_by_zh(const struct reading *r, struct str zh)
{
    for (uint16_t code = 0; code < EVENT_OWN_FIRST; code++) {
        const struct event_def *d = catalogue_def(r->catalogue, code);
        if (d && str_eq(zh, str_of(d->zh))) {
            return d;
        }
    }
    return NULL;
}

/* An event's name. A bare one that is unknown and near a standard one is taken for a mistake. */
static uint16_t parse_name(struct reading *r)
{
    struct str name = r->token.text;
    uint16_t code = catalogue_find(r->catalogue, name);
    bool bare = r->token.kind == TOKEN_WORD;
    if (!bare && r->token.kind != TOKEN_NAME) {
        reading_fail(r, r->token.at, "an event's name is expected, not %.*s",
                     STR_FMT(shown(r)));
        reading_hint(r, r->token.kind == TOKEN_STRING
                            ? "event names stand bare or in backquotes, without quotes"
                            : "like purchase, add_cart, or `own name`");
        return 0;
    }
    if (code == EVENT_UNKNOWN && bare) {
        struct str near = catalogue_suggest(r->catalogue, name);
        const struct event_def *zh = def_by_zh(r, name);
        if (catalogue_find(r->catalogue, near) >= EVENT_OWN_FIRST) {
            near = STR_NULL; /* own names may differ by a letter: step_1, step_2 */
        }
        if (rule_is_keyword(name)) {
            reading_fail(r, r->token.at, "an event's name is expected, not the word \"%.*s\"",
                         STR_FMT(name));
            reading_hint(r,
                         "like purchase, add_cart; an event of that name goes in backquotes");
            return 0;
        }
        if (zh || near.len) {
            reading_fail(r, r->token.at, "unknown event \"%.*s\"", STR_FMT(name));
            reading_hint(
                r, "did you mean %.*s? An own event of that name goes in backquotes: `%.*s`",
                STR_FMT(zh ? str_of(zh->name) : near), STR_FMT(name));
            return 0;
        }
        if (str_find_byte(name, '.', 0) != SIZE_MAX) {
            reading_fail(r, r->token.at, "unknown event \"%.*s\"", STR_FMT(name));
            reading_hint(r, "a name with a dot goes in backquotes: `%.*s`", STR_FMT(name));
            return 0;
        }
    }
    if (code == EVENT_UNKNOWN && !r->rc) {
        struct err why = {0};
        if (catalogue_intern(r->catalogue, name, &code, &why)) {
            reading_fail(r, r->token.at, "%s", why.msg);
            reading_hint(r, "%s", why.hint[0] ? why.hint : "choose a shorter, plain name");
        }
    }
    reading_next(r);
    return code;
}

static void add_name(struct reading *r, struct who_rule *n, uint16_t code)
{
    for (uint32_t i = 0; i < n->names_len; i++) {
        if (n->names[i] == code) {
            return;
        }
    }
    uint16_t *names = more(r, n->names, n->names_len, sizeof(*names));
    names[n->names_len++] = code;
    n->names = names;
}

static void parse_events(struct reading *r, struct who_rule *n)
{
    if (r->token.kind != TOKEN_OPEN) {
        add_name(r, n, parse_name(r));
        return;
    }
    size_t open = r->token.at;
    reading_next(r);
    for (;;) {
        add_name(r, n, parse_name(r));
        if (r->rc || r->token.kind == TOKEN_CLOSE) {
            break;
        }
        if (!at_word(r, "or")) {
            reading_fail(r, r->token.at,
                         "\"or\" or \")\" is expected in a list of events, not %.*s",
                         STR_FMT(shown(r)));
            if (at_word(r, "and")) {
                reading_hint(r, "for both: did A in 15d and did B in 15d");
            } else if (r->token.kind == TOKEN_END) {
                reading_hint(r, "the ( at byte %zu is not closed", open + 1);
            } else {
                reading_hint(r, "like (follow or friend_add); tests come behind the list");
            }
            return;
        }
        reading_next(r);
    }
    reading_next(r);
}

/* ---- tests ---- */

static enum event_field parse_field(struct reading *r)
{
    struct str name = r->token.text;
    if (r->token.kind == TOKEN_WORD || r->token.kind == TOKEN_NAME) {
        for (int i = 0; i < FIELD_COUNT; i++) {
            if (str_eq(name, str_of(rule_fields[i].name))) {
                reading_next(r);
                return (enum event_field)i;
            }
        }
    }
    reading_fail(r, r->token.at, "a field is expected, not %.*s", STR_FMT(shown(r)));
    if (str_starts(name, STR("item."))) {
        name = str_slice(name, 5, name.len);
    }
    for (int i = 0; i < FIELD_COUNT && r->token.kind == TOKEN_WORD; i++) {
        struct str field = str_of(rule_fields[i].name);
        if (catalogue_near(name, field) || str_eq_nocase(name, field) ||
            (str_starts(field, name) && name.len > 2)) {
            reading_hint(r, "did you mean %.*s?", STR_FMT(field));
        }
    }
    reading_hint(
        r, "fields: amount, quantity, score, unit_price, channel, touchpoint, campaign, item, "
           "category, order");
    return FIELD_COUNT;
}

static double parse_number(struct reading *r, const struct rule_field *f)
{
    double v = 0;
    int64_t whole = 0;
    if (r->token.kind != TOKEN_NUMBER) {
        reading_fail(r, r->token.at, "%s is compared with a number, not with %.*s", f->name,
                     STR_FMT(shown(r)));
        reading_hint(r, r->token.kind == TOKEN_STRING ? "leave the quotes out" : "like %s >= 4",
                     f->name);
        return 0;
    }
    if (!str_f64(r->token.text, &v) || !isfinite(v) || fabs(v) > 1e12) {
        reading_fail(r, r->token.at, "%.*s is no number that can be compared with",
                     STR_FMT(shown(r)));
        reading_hint(r, "like 4 or 99.50; at most 1,000,000,000,000");
    } else if (f->scale >= 0) {
        if (!str_decimal(r->token.text, f->scale, &whole) ||
            fabs((double)whole - v * pow(10, f->scale)) > 1e-3) {
            reading_fail(r, r->token.at, "%s has at most %d decimals", f->name, f->scale);
            reading_hint(r, "round it: %.*f", f->scale, v);
        }
        v = (double)whole;
    }
    reading_next(r);
    return v;
}

/* One text literal of a test; for channels its code too. */
static void parse_text(struct reading *r, struct evidence_test *t)
{
    if (r->token.kind != TOKEN_STRING) {
        reading_fail(r, r->token.at, "%s is compared with a text, not with %.*s",
                     rule_fields[t->field].name, STR_FMT(shown(r)));
        reading_hint(r, "texts stand in double quotes: %s = \"...\"",
                     rule_fields[t->field].name);
        return;
    }
    struct str text = r->token.text;
    struct str *texts = more(r, t->texts, t->texts_len, sizeof(*texts));
    uint8_t *codes = more(r, t->codes, t->texts_len, sizeof(*codes));
    t->texts = texts;
    t->codes = codes;
    if (t->field == FIELD_CHANNEL && channel_find(r->catalogue, text) == 0) {
        struct str near = channel_suggest(r->catalogue, text);
        struct err why = {0};
        uint8_t code = 0;
        if (near.len) {
            reading_fail(r, r->token.at, "unknown channel %.*s", STR_FMT(shown(r)));
            reading_hint(r, "did you mean \"%.*s\"?", STR_FMT(near));
        } else if (channel_intern(r->catalogue, text, &code, &why)) {
            reading_fail(r, r->token.at, "%s", why.msg);
            reading_hint(r, "%s",
                         why.hint[0] ? why.hint
                                     : "channels: wechat_oa, mini_program, tmall ...");
        }
    }
    codes[t->texts_len] = channel_find(r->catalogue, text);
    texts[t->texts_len++] = text;
    reading_next(r);
}

#define TEXTS_MAX 256
static void parse_text_list(struct reading *r, struct evidence_test *t)
{
    reading_next(r);
    if (r->token.kind != TOKEN_OPEN) {
        reading_fail(r, r->token.at, "\"(\" is expected behind in, not %.*s",
                     STR_FMT(shown(r)));
        reading_hint(r, "like channel in (\"tmall\", \"jd\")");
        return;
    }
    do {
        reading_next(r);
        parse_text(r, t);
        if (t->texts_len == TEXTS_MAX) {
            reading_fail(r, r->token.at, "more than %d texts in one list", TEXTS_MAX - 1);
            reading_hint(r, "use a category or a campaign");
        }
    } while (!r->rc && r->token.kind == TOKEN_COMMA);
    if (r->token.kind != TOKEN_CLOSE) {
        reading_fail(r, r->token.at, "\",\" or \")\" is expected in a list of texts, not %.*s",
                     STR_FMT(shown(r)));
        reading_hint(r, "like channel in (\"tmall\", \"jd\")");
    }
    reading_next(r);
}

static void parse_test(struct reading *r, struct evidence_test *t)
{
    *t = (struct evidence_test){.field = parse_field(r), .cmp = CMP_IN};
    if (r->rc) {
        return;
    }
    const struct rule_field *f = &rule_fields[t->field];
    size_t at = r->token.at;
    if (at_word(r, "in")) {
        if (f->text) {
            parse_text_list(r, t);
        } else {
            reading_fail(r, at, "in (...) is for texts; %s is a number", f->name);
            reading_hint(r, "like %s >= 4", f->name);
        }
        return;
    }
    if (r->token.kind != TOKEN_CMP) {
        reading_fail(r, at, "a comparison is expected behind %s, not %.*s", f->name,
                     STR_FMT(shown(r)));
        reading_hint(r, f->text ? "=, != or in (...)" : ">=, >, =, !=, < or <=");
        return;
    }
    t->cmp = r->token.cmp;
    if (f->text && t->cmp != CMP_EQ && t->cmp != CMP_NE) {
        reading_fail(r, at, "%s is a text: it has no order", f->name);
        reading_hint(r, "use =, != or in (...)");
        return;
    }
    reading_next(r);
    if (f->text) {
        parse_text(r, t);
    } else {
        t->number = parse_number(r, f);
    }
}

#define TESTS_MAX 16
static void parse_tests(struct reading *r, struct who_rule *n)
{
    do {
        struct evidence_test *tests = more(r, n->tests, n->tests_len, sizeof(*tests));
        n->tests = tests;
        reading_next(r);
        parse_test(r, &tests[n->tests_len++]);
        if (n->tests_len == TESTS_MAX && r->token.kind == TOKEN_COMMA) {
            reading_fail(r, r->token.at, "more than %d tests of one event", TESTS_MAX);
            reading_hint(r, "split the condition");
        }
    } while (!r->rc && r->token.kind == TOKEN_COMMA);
    if (r->token.kind != TOKEN_CLOSE) {
        reading_fail(r, r->token.at, "\",\" or \")\" is expected behind a test, not %.*s",
                     STR_FMT(shown(r)));
        reading_hint(r, at_word(r, "and")  ? "tests that must all hold are divided by commas"
                        : at_word(r, "or") ? "for either: did A(...) or did A(...)"
                                           : "like review(score >= 4, channel = \"tmall\")");
    }
    reading_next(r);
}

/* ---- conditions ---- */

static void parse_window(struct reading *r, struct who_rule *n)
{
    int64_t days = 0;
    reading_next(r);
    if (r->token.kind != TOKEN_DAYS) {
        reading_fail(r, r->token.at, "a span of days is expected behind in, not %.*s",
                     STR_FMT(shown(r)));
        if (r->token.kind == TOKEN_NUMBER) {
            reading_hint(r, "write %.*sd", STR_FMT(r->token.text));
        }
        reading_hint(r, "like in 15d");
        return;
    }
    if (!str_i64(r->token.text, &days) || days < 1 || days > WINDOW_MAX) {
        reading_fail(r, r->token.at, "a span is 1d to %ud, not %.*s", WINDOW_MAX,
                     STR_FMT(shown(r)));
        reading_hint(r, days > 0 ? "leave \"in ...\" out for ever" : "today alone is 1d");
    }
    n->window = (uint32_t)days;
    reading_next(r);
}

static void parse_count(struct reading *r, struct who_rule *n)
{
    int64_t count = 0;
    n->cmp = r->token.cmp;
    reading_next(r);
    if (r->token.kind == TOKEN_DAYS) {
        reading_fail(r, r->token.at, "a count is expected, not a span of days");
        reading_hint(r, "for distinct days write: %.*s days", STR_FMT(r->token.text));
        return;
    }
    if (r->token.kind != TOKEN_NUMBER || !str_i64(r->token.text, &count) || count < 0 ||
        count > COUNT_MAX) {
        reading_fail(r, r->token.at, "a count is a whole number from 0 to %u, not %.*s",
                     COUNT_MAX, STR_FMT(shown(r)));
        reading_hint(r, "like >= 2, or >= 2 days for distinct days");
        return;
    }
    n->n = (uint32_t)count;
    reading_next(r);
    if (at_word(r, "days")) {
        n->days = true;
        reading_next(r);
    } else if (at_word(r, "day") || at_word(r, "times") || at_word(r, "d")) {
        reading_fail(r, r->token.at, "%.*s is not understood behind a count",
                     STR_FMT(shown(r)));
        reading_hint(r, at_word(r, "times") ? "leave it out: a bare count counts events"
                                            : "write days");
    }
}

static void check_did(struct reading *r, const struct who_rule *n, size_t at)
{
    bool purchase = false;
    for (uint32_t i = 0; i < n->names_len; i++) {
        purchase = purchase || n->names[i] == EVENT_PURCHASE;
    }
    bool none = (n->cmp == CMP_EQ || n->cmp == CMP_LE) && n->n == 0;
    bool below = n->cmp == CMP_LT && n->n <= 1;
    if (purchase && n->names_len > 1 && !rule_is_any(n) && !none && !below) {
        reading_fail(r, at,
                     "purchase counts orders and cannot be counted together with other events");
        reading_hint(r, "count them one by one: did purchase ... or did ...");
    }
}

static struct who_rule *parse_did(struct reading *r)
{
    struct who_rule *n = node_new(r, RULE_DID);
    n->cmp = CMP_GE;
    n->n = 1;
    reading_next(r);
    size_t at = r->token.at;
    parse_events(r, n);
    if (r->token.kind == TOKEN_OPEN) {
        parse_tests(r, n);
    }
    if (at_word(r, "in")) {
        parse_window(r, n);
    }
    if (r->token.kind == TOKEN_CMP) {
        parse_count(r, n);
        if (at_word(r, "in")) {
            reading_fail(r, r->token.at, "the span stands before the count");
            reading_hint(r, "like did purchase in 365d >= 2");
        }
    }
    check_did(r, n, at);
    return n;
}

static struct who_rule *parse_is(struct reading *r)
{
    struct who_rule *n = node_new(r, RULE_IS);
    uint16_t *names = arena_array(r->arena, uint16_t, 1);
    n->names = names;
    n->names_len = 1;
    reading_next(r);
    size_t at = r->token.at;
    names[0] = parse_name(r);
    const struct event_def *d = catalogue_def(r->catalogue, names[0]);
    if (d && d->evidence == EVIDENCE_STATUS_ON) {
        return n;
    }
    reading_fail(r, at, "%.*s is no status", STR_FMT(catalogue_name(r->catalogue, names[0])));
    if (d && d->undoes) {
        reading_hint(r, "it ends one: write not is %s", d->undoes);
    } else {
        reading_hint(
            r,
            "statuses: follow, friend_add, group_join, member_join; for events write did %.*s",
            STR_FMT(catalogue_name(r->catalogue, names[0])));
    }
    return n;
}

static struct who_rule *parse_or(struct reading *r);

static bool enter(struct reading *r)
{
    if (++r->depth <= RULE_DEPTH_MAX) {
        return true;
    }
    if (!r->rc) {
        reading_fail(r, r->token.at, "more than %d levels of ( and not", RULE_DEPTH_MAX);
        reading_hint(r, "write the rule flatter");
        r->rc = RC_TOO_LARGE;
        if (r->e) {
            r->e->rc = RC_TOO_LARGE;
        }
    }
    return false;
}

static void fail_condition(struct reading *r)
{
    struct token t = r->token;
    const char *keyword = near_keyword(r);
    if (t.kind == TOKEN_END && r->text.len == 0) {
        reading_fail(r, t.at, "the rule is empty");
        reading_hint(r, "like did purchase in 365d");
        return;
    }
    reading_fail(r, t.at, "a condition is expected, not %.*s", STR_FMT(shown(r)));
    if (keyword) {
        reading_hint(r, "did you mean %s?", keyword);
    } else if ((t.kind == TOKEN_WORD || t.kind == TOKEN_NAME) && !rule_is_keyword(t.text)) {
        struct str near = catalogue_suggest(r->catalogue, t.text);
        bool known = catalogue_find(r->catalogue, t.text) != EVENT_UNKNOWN;
        reading_hint(r, "write did %.*s", STR_FMT(known || !near.len ? t.text : near));
    }
    reading_hint(r, "a condition is did EVENT, is STATUS, not ..., or (...)");
}

static struct who_rule *parse_prim(struct reading *r)
{
    if (at_word(r, "did")) {
        return parse_did(r);
    }
    if (at_word(r, "is")) {
        return parse_is(r);
    }
    if (r->token.kind != TOKEN_OPEN) {
        fail_condition(r);
        return node_new(r, RULE_OR);
    }
    size_t open = r->token.at;
    reading_next(r);
    struct who_rule *n = parse_or(r);
    if (r->token.kind != TOKEN_CLOSE) {
        reading_fail(r, r->token.at, "\")\" is expected, not %.*s", STR_FMT(shown(r)));
        const char *keyword = near_keyword(r);
        if (keyword) {
            reading_hint(r, "did you mean %s?", keyword);
        }
        reading_hint(r, "the ( at byte %zu is not closed; conditions are joined by and, or",
                     open + 1);
    }
    reading_next(r);
    return n;
}

static struct who_rule *parse_not(struct reading *r)
{
    if (!enter(r)) {
        return node_new(r, RULE_OR);
    }
    struct who_rule *n;
    if (at_word(r, "not")) {
        n = node_new(r, RULE_NOT);
        reading_next(r);
        node_add(n, parse_not(r));
    } else {
        n = parse_prim(r);
    }
    r->depth--;
    return n;
}

static struct who_rule *parse_list(struct reading *r, enum rule_form form, const char *word,
                                   struct who_rule *(*operand)(struct reading *))
{
    struct who_rule *first = operand(r);
    if (!at_word(r, word)) {
        return first;
    }
    struct who_rule *n = node_new(r, form);
    node_add(n, first);
    while (!r->rc && at_word(r, word)) {
        reading_next(r);
        node_add(n, operand(r));
    }
    return n;
}

static struct who_rule *parse_and(struct reading *r)
{
    return parse_list(r, RULE_AND, "and", parse_not);
}
static struct who_rule *parse_or(struct reading *r)
{
    return parse_list(r, RULE_OR, "or", parse_and);
}

static void check_end(struct reading *r)
{
    struct token t = r->token;
    if (r->rc || t.kind == TOKEN_END) {
        return;
    }
    if (t.kind == TOKEN_CLOSE) {
        reading_fail(r, t.at, "this ) closes nothing");
        reading_hint(r, "leave it out, or open a ( before");
        return;
    }
    reading_fail(r, t.at, "and, or, or the end is expected, not %.*s", STR_FMT(shown(r)));
    const char *keyword = near_keyword(r);
    if (keyword) {
        reading_hint(r, "did you mean %s?", keyword);
    } else if (at_word(r, "within")) {
        reading_hint(r, "calendar days are written in 15d");
    } else if (t.kind == TOKEN_DAYS) {
        reading_hint(r, "write in %.*sd", STR_FMT(t.text));
    } else if (t.kind == TOKEN_NUMBER) {
        reading_hint(r, "a count is written >= %.*s", STR_FMT(t.text));
    } else if (t.kind == TOKEN_OPEN) {
        reading_hint(r, "tests stand at once behind the event: did review(score >= 4) in 365d");
    } else if (t.kind == TOKEN_COMMA) {
        reading_hint(r, "conditions are joined by and, or");
    } else if (t.kind == TOKEN_CMP) {
        reading_hint(r, "one count for each did; a status has none");
    } else if (at_word(r, "in")) {
        reading_hint(r, "a span belongs to a did: did follow in 15d; a status has none");
    }
    reading_hint(r, "join conditions by and, or");
}

enum rc who_parse(struct str text, struct catalogue *c, struct arena *a, struct who_rule **out,
                  struct who_error *at, struct err *e)
{
    struct err scratch = {0};
    struct reading r = {
        .text = text, .catalogue = c, .arena = a, .where = at, .e = e ? e : &scratch};
    if (text.len > RULE_TEXT_MAX) {
        rc_fail(r.e, RC_TOO_LARGE, "the rule is longer than %zu KiB", RULE_TEXT_MAX >> 10);
        err_hint(r.e, "put events that always go together into one list");
        return RC_TOO_LARGE;
    }
    if (!str_is_utf8(text)) {
        rc_fail(r.e, RC_INVALID, "column 1: the rule is not UTF-8");
        err_hint(r.e, "save the file as UTF-8");
        return RC_INVALID;
    }
    r.e->hint[0] = '\0';
    reading_next(&r);
    struct who_rule *n = parse_or(&r);
    check_end(&r);
    if (!r.rc) {
        *out = n;
    }
    return r.rc;
}
