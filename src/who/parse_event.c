/* What conditions over events are made of: names of events, tests, spans of days. */
#include "who/internal.h"

/* clang-format off */
const struct test_field test_fields[FIELD_COUNT] = {
    [FIELD_AMOUNT] = {"amount", false, 2},       [FIELD_QUANTITY] = {"quantity", false, -1},
    [FIELD_SCORE] = {"score", false, -1},        [FIELD_UNIT_PRICE] = {"unit_price", false, 4},
    [FIELD_CHANNEL] = {"channel", true, 0},      [FIELD_TOUCHPOINT] = {"touchpoint", true, 0},
    [FIELD_CAMPAIGN] = {"campaign", true, 0},    [FIELD_ITEM] = {"item", true, 0},
    [FIELD_CATEGORY] = {"category", true, 0},    [FIELD_ORDER] = {"order", true, 0},
    [FIELD_PROP] = {"prop", true, -1},
};
/* Names that other systems and whole paths use. */
static const struct { const char *name; enum event_field field; } aliases[] = {
    {"item.category", FIELD_CATEGORY}, {"item.id", FIELD_ITEM}, {"item.item", FIELD_ITEM}, {"item.sku", FIELD_ITEM},
    {"item.unit_price", FIELD_UNIT_PRICE}, {"item.price", FIELD_UNIT_PRICE}, {"item.quantity", FIELD_QUANTITY},
    {"order.amount", FIELD_AMOUNT}, {"order.no", FIELD_ORDER}, {"order.id", FIELD_ORDER}, {"order.quantity", FIELD_QUANTITY},
    {"review.score", FIELD_SCORE}, {"touchpoint.channel", FIELD_CHANNEL}, {"touchpoint.id", FIELD_TOUCHPOINT},
    {"touchpoint.campaign", FIELD_CAMPAIGN},
};
/* clang-format on */

/* ---- names of events ---- */

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

static void fail_name(struct reading *r)
{
    reading_fail(r, r->token.at, "an event's name is expected, not %.*s",
                 STR_FMT(reading_shown(r)));
    reading_hint(r, r->token.kind == TOKEN_STRING
                        ? "event names stand bare or in backquotes, without quotes"
                        : "like purchase, add_cart, or `own name`");
}

/* Fails for a bare name that is unknown: what is meant, or how to write one that is new. In stage rules a new
 * name that looks like no mistake is taken. */
static void check_bare(struct reading *r, struct str name)
{
    struct str near = catalogue_suggest(r->catalogue, name);
    const struct event_def *zh = def_by_zh(r, name);
    bool rules = r->names->rules_only;
    if (rules && catalogue_find(r->catalogue, near) >= EVENT_OWN_FIRST) {
        near = STR_NULL; /* own names may differ by a letter: step_1, step_2 */
    }
    if (question_is_keyword(name)) {
        reading_fail(r, r->token.at, "an event's name is expected, not the word \"%.*s\"",
                     STR_FMT(name));
        reading_hint(r, "like purchase, add_cart; an event of that name goes in backquotes");
        return;
    }
    if (!rules && (str_eq(name, STR("within")) || str_eq(name, STR("then")))) {
        reading_fail(r, r->token.at, "an event's name is expected, not the word \"%.*s\"",
                     STR_FMT(name));
        reading_hint(r, "like did add_cart then purchase within 24h");
        return;
    }
    bool dotted = str_find_byte(name, '.', 0) != SIZE_MAX;
    if (!zh && !near.len && !dotted && rules) {
        return;
    }
    reading_fail(r, r->token.at, "unknown event \"%.*s\"", STR_FMT(name));
    if (zh || near.len) {
        reading_hint(r,
                     "did you mean %.*s? An own event of that name goes in backquotes: `%.*s`",
                     STR_FMT(zh ? str_of(zh->name) : near), STR_FMT(name));
    } else if (dotted) {
        reading_hint(r, "a name with a dot goes in backquotes: `%.*s`", STR_FMT(name));
    } else {
        reading_hint(r, "an own event that has not come in yet goes in backquotes: `%.*s`",
                     STR_FMT(name));
    }
}

static void offer_events(struct reading *r)
{
    for (uint16_t code = 1; r->offers && code < catalogue_len(r->catalogue); code++) {
        struct str name = catalogue_name(r->catalogue, code);
        if (name.len) {
            struct buf out = {0};
            question_print_event(r->names, code, &out);
            reading_offer(r, arena_str(r->arena, buf_str(&out)));
            buf_release(&out);
        }
    }
}

/* An event's name. A bare one that is unknown is taken for a mistake; one in backquotes is a name to come. */
uint16_t parse_event_name(struct reading *r)
{
    struct str name = r->token.text;
    uint16_t code = catalogue_find(r->catalogue, name);
    bool bare = r->token.kind == TOKEN_WORD;
    if (!bare && r->token.kind != TOKEN_NAME) {
        fail_name(r);
        return 0;
    }
    if (bare && question_is_keyword(name)) {
        code = EVENT_UNKNOWN;
    }
    if (code == EVENT_UNKNOWN && bare) {
        check_bare(r, name);
    }
    if (r->rc) {
        return 0;
    }
    if (code == EVENT_UNKNOWN) {
        struct err why = {0};
        if (catalogue_intern(r->catalogue, name, &code, &why)) {
            reading_fail(r, r->token.at, "%s", why.msg);
            reading_hint(r, "%s", why.hint[0] ? why.hint : "choose a shorter, plain name");
        }
    }
    reading_next(r);
    return code;
}

static void add_name(struct reading *r, struct event_filter *f, uint16_t code)
{
    for (uint32_t i = 0; i < f->names_len; i++) {
        if (f->names[i] == code) {
            return;
        }
    }
    uint16_t *names = reading_more(r, f->names, f->names_len, sizeof(*names));
    names[f->names_len++] = code;
    f->names = names;
}

static void fail_list(struct reading *r, size_t open)
{
    reading_fail(r, r->token.at, "\"or\" or \")\" is expected in a list of events, not %.*s",
                 STR_FMT(reading_shown(r)));
    if (reading_at(r, "and")) {
        reading_hint(r, "for both: did A in 15d and did B in 15d");
    } else if (r->token.kind == TOKEN_END) {
        reading_hint(r, "the ( at byte %zu is not closed", open + 1);
    } else {
        reading_hint(r, "like (follow or friend_add); tests come behind the list");
    }
}

void parse_events(struct reading *r, struct event_filter *f)
{
    size_t open = r->token.at;
    if (!r->names->rules_only && reading_take(r, "any")) {
        return;
    }
    if (reading_is(r, "any") && reading_refuse(r, open, "any")) {
        return;
    }
    if (!reading_at_kind(r, TOKEN_OPEN)) {
        offer_events(r);
        add_name(r, f, parse_event_name(r));
        return;
    }
    reading_next(r);
    for (;;) {
        if (reading_is(r, "any")) {
            reading_fail(r, r->token.at, "any stands alone: it is every event");
            reading_hint(r, "write did any, without the list");
        }
        offer_events(r);
        add_name(r, f, parse_event_name(r));
        if (r->rc || reading_at_kind(r, TOKEN_CLOSE)) {
            break;
        }
        if (!reading_at(r, "or")) {
            fail_list(r, open);
            return;
        }
        reading_next(r);
    }
    reading_next(r);
}

/* ---- tests ---- */

static enum event_field field_of(struct str name)
{
    for (int i = 0; i < FIELD_PROP; i++) {
        if (str_eq(name, str_of(test_fields[i].name))) {
            return (enum event_field)i;
        }
    }
    for (size_t i = 0; i < sizeof(aliases) / sizeof(aliases[0]); i++) {
        if (str_eq(name, str_of(aliases[i].name))) {
            return aliases[i].field;
        }
    }
    return FIELD_COUNT;
}

static void fail_field(struct reading *r, bool numbers)
{
    struct str name = r->token.text;
    const char *near = NULL;
    reading_fail(r, r->token.at, "a field is expected, not %.*s", STR_FMT(reading_shown(r)));
    size_t dot = str_find_byte(name, '.', 0);
    struct str last = dot == SIZE_MAX ? name : str_slice(name, dot + 1, name.len);
    for (int i = 0; i < FIELD_PROP && r->token.kind == TOKEN_WORD && !near; i++) {
        struct str field = str_of(test_fields[i].name);
        if (str_near(last, field) || str_eq_nocase(last, field) ||
            (str_starts(field, last) && last.len > 2)) {
            near = test_fields[i].name;
        }
    }
    if (near) {
        reading_hint(r, "did you mean %s?", near);
    }
    reading_hint(r, numbers
                        ? "fields that are numbers: amount, quantity, score, unit_price"
                        : "fields: amount, quantity, score, unit_price, channel, touchpoint, "
                          "campaign, item, category, order; or prop \"name\"");
}

/* The key of a property: prop "color", prop.color. */
static bool parse_prop(struct reading *r, struct str *key)
{
    size_t at = r->token.at;
    struct str name = r->token.text;
    bool path = r->token.kind == TOKEN_WORD && name.len > 5 && str_starts(name, STR("prop."));
    if (!path && !reading_at(r, "prop")) {
        return false;
    }
    if (reading_refuse(r, at, "tests on properties")) {
        return true;
    }
    reading_next(r);
    if (path) {
        *key = str_slice(name, 5, name.len);
        return true;
    }
    if (r->token.kind != TOKEN_STRING || r->token.text.len == 0) {
        bool word = r->token.kind == TOKEN_WORD;
        reading_fail(r, r->token.at, "a property's name is expected behind prop, not %.*s",
                     STR_FMT(reading_shown(r)));
        reading_hint(r, "in double quotes: prop \"%.*s\" = \"red\"",
                     STR_FMT(word ? r->token.text : STR("color")));
        return true;
    }
    *key = r->token.text;
    reading_next(r);
    return true;
}

static enum event_field parse_test_field(struct reading *r, struct str *key)
{
    enum event_field field = FIELD_COUNT;
    for (int i = 0; i < FIELD_PROP; i++) {
        reading_offer(r, str_of(test_fields[i].name));
    }
    if (r->token.kind == TOKEN_WORD || r->token.kind == TOKEN_NAME) {
        field = field_of(r->token.text);
    }
    if (field != FIELD_COUNT) {
        reading_next(r);
        return field;
    }
    if (parse_prop(r, key)) {
        return FIELD_PROP;
    }
    fail_field(r, false);
    return FIELD_COUNT;
}

/* What tests call their field in messages. */
static const char *called(struct reading *r, const struct evidence_test *t)
{
    return t->field == FIELD_PROP ? arena_strf(r->arena, "prop \"%.*s\"", STR_FMT(t->key)).ptr
                                  : test_fields[t->field].name;
}

static struct str channel_by_zh(struct str zh)
{
    for (uint8_t code = 1; code < CHANNEL_OWN_FIRST; code++) {
        const struct channel_def *d = channel_def(code);
        if (d && str_eq(zh, str_of(d->zh))) {
            return str_of(d->name);
        }
    }
    return STR_NULL;
}

static uint8_t channel_of(struct reading *r, struct str text)
{
    uint8_t code = channel_find(r->catalogue, text);
    struct str near = channel_suggest(r->catalogue, text);
    struct err why = {0};
    if (code || r->rc) {
        return code;
    }
    near = near.len || r->names->rules_only ? near : channel_by_zh(text);
    if (near.len) {
        reading_fail(r, r->token.at, "unknown channel %.*s", STR_FMT(reading_shown(r)));
        reading_hint(r, "did you mean \"%.*s\"?", STR_FMT(near));
    } else if (channel_intern(r->catalogue, text, &code, &why)) {
        reading_fail(r, r->token.at, "%s", why.msg);
        reading_hint(r, "%s",
                     why.hint[0] ? why.hint : "channels: wechat_oa, mini_program, tmall ...");
    }
    return code;
}

static void offer_channels(struct reading *r)
{
    uint32_t len = 0;
    const struct str *names = channel_names(r->catalogue, &len);
    for (uint32_t i = 1; r->offers && i < len; i++) {
        if (names[i].len) {
            reading_offer(r, arena_strf(r->arena, "\"%.*s\"", STR_FMT(names[i])));
        }
    }
}

/* One text literal of a test; for channels its code too. */
static void parse_text(struct reading *r, struct evidence_test *t)
{
    if (t->field == FIELD_CHANNEL) {
        offer_channels(r);
    }
    if (r->token.kind != TOKEN_STRING) {
        reading_fail(r, r->token.at, "%s is compared with a text, not with %.*s", called(r, t),
                     STR_FMT(reading_shown(r)));
        if (r->token.kind == TOKEN_WORD) {
            reading_hint(r, "write \"%.*s\"", STR_FMT(r->token.text));
        } else if (r->token.kind == TOKEN_NUMBER) {
            reading_hint(r, "as a text it stands in double quotes: \"%.*s\"",
                         STR_FMT(r->token.text));
        }
        reading_hint(r, "texts stand in double quotes: %s = \"...\"", called(r, t));
        return;
    }
    struct str *texts = reading_more(r, t->texts, t->texts_len, sizeof(*texts));
    uint8_t *codes = reading_more(r, t->codes, t->texts_len, sizeof(*codes));
    t->texts = texts;
    t->codes = codes;
    codes[t->texts_len] = t->field == FIELD_CHANNEL ? channel_of(r, r->token.text) : 0;
    texts[t->texts_len++] = r->token.text;
    reading_next(r);
}

#define TEXTS_MAX 256
static void parse_text_list(struct reading *r, struct evidence_test *t)
{
    reading_next(r);
    if (!reading_at_kind(r, TOKEN_OPEN)) {
        reading_fail(r, r->token.at, "\"(\" is expected behind in, not %.*s",
                     STR_FMT(reading_shown(r)));
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
    } while (!r->rc && reading_at_kind(r, TOKEN_COMMA));
    if (!reading_at_kind(r, TOKEN_CLOSE)) {
        reading_fail(r, r->token.at, "\",\" or \")\" is expected in a list of texts, not %.*s",
                     STR_FMT(reading_shown(r)));
        reading_hint(r, "like channel in (\"tmall\", \"jd\")");
    }
    reading_next(r);
}

/* Fails for words that other languages compare with. */
static void fail_comparison(struct reading *r, const char *name, bool text)
{
    reading_fail(r, r->token.at, "a comparison is expected behind %s, not %.*s", name,
                 STR_FMT(reading_shown(r)));
    if (reading_at(r, "contains") || reading_at(r, "like") || reading_at(r, "matches")) {
        reading_hint(r, "texts are compared whole: %s = \"...\" or %s in (\"...\", \"...\")",
                     name, name);
    } else if (reading_at(r, "between")) {
        reading_hint(r, "write %s >= ..., %s <= ...", name, name);
    } else if (reading_at(r, "is")) {
        reading_hint(r, "write =");
    }
    reading_hint(r, text ? "=, != or in" : ">=, >, =, !=, <, <=");
}

static void parse_literal(struct reading *r, struct evidence_test *t)
{
    const struct test_field *f = &test_fields[t->field];
    size_t at = r->token.at;
    t->cmp = r->token.cmp;
    reading_next(r);
    if (!f->text) {
        t->number = parse_number(r, f->name, f->scale);
        return;
    }
    if (t->field == FIELD_PROP && r->token.kind == TOKEN_NUMBER) {
        t->number = parse_number(r, called(r, t), -1);
        return;
    }
    if (t->cmp != CMP_EQ && t->cmp != CMP_NE) {
        reading_fail(r, at, "%s is a text: it has no order", called(r, t));
        reading_hint(r, t->field == FIELD_PROP ? "compare with a number, or use =, != or in"
                                               : "use =, != or in");
        return;
    }
    parse_text(r, t);
}

void parse_test(struct reading *r, struct evidence_test *t)
{
    struct str key = STR_NULL;
    *t = (struct evidence_test){.field = parse_test_field(r, &key), .cmp = CMP_IN};
    t->key = key;
    if (r->rc) {
        return;
    }
    const struct test_field *f = &test_fields[t->field];
    if (f->text && reading_at(r, "in")) {
        parse_text_list(r, t);
    } else if (reading_is(r, "in")) {
        reading_fail(r, r->token.at, "in (...) is for texts; %s is a number", f->name);
        reading_hint(r, "like %s >= 4", f->name);
    } else if (reading_at_cmp(r, f->text && t->field != FIELD_PROP)) {
        parse_literal(r, t);
    } else {
        fail_comparison(r, called(r, t), f->text);
    }
}

static void add_test(struct reading *r, struct event_filter *f)
{
    struct evidence_test *tests = reading_more(r, f->tests, f->tests_len, sizeof(*tests));
    f->tests = tests;
    if (f->tests_len == QUESTION_TESTS_MAX) {
        reading_fail_large(r, r->token.at, "more than %u tests on one event",
                           QUESTION_TESTS_MAX);
        reading_hint(r, "put texts into one list: item in (\"a\", \"b\")");
        return;
    }
    parse_test(r, &tests[f->tests_len]);
    f->tests_len++;
}

void parse_tests(struct reading *r, struct event_filter *f)
{
    do {
        reading_next(r);
        add_test(r, f);
    } while (!r->rc && reading_at_kind(r, TOKEN_COMMA));
    if (!reading_at_kind(r, TOKEN_CLOSE)) {
        reading_fail(r, r->token.at, "\",\" or \")\" is expected behind a test, not %.*s",
                     STR_FMT(reading_shown(r)));
        reading_hint(r, reading_at(r, "and")  ? "tests are divided by commas"
                        : reading_at(r, "or") ? "for either: did A(...) or did A(...)"
                                              : "like review(score >= 4, channel = \"tmall\")");
    }
    reading_next(r);
}

void parse_filter(struct reading *r, struct event_filter *f)
{
    parse_events(r, f);
    if (reading_at_kind(r, TOKEN_OPEN)) {
        parse_tests(r, f);
    }
}

void parse_more_tests(struct reading *r, struct event_filter *f, const char *word)
{
    if (reading_at_kind(r, TOKEN_COMMA)) {
        parse_tests(r, f);
        return;
    }
    if (!reading_at_kind(r, TOKEN_CLOSE)) {
        reading_fail(r, r->token.at, "\",\" or \")\" is expected in %s(...), not %.*s", word,
                     STR_FMT(reading_shown(r)));
        if (reading_is_when(r)) {
            reading_hint(r, "the days stand behind the ): %s(...) in 30d >= 2", word);
        } else if (r->token.kind == TOKEN_CMP) {
            reading_hint(r, "the comparison stands behind the ): %s(...) >= 2", word);
        }
        reading_hint(r, "tests come behind commas: %s(..., channel = \"tmall\")", word);
    }
    reading_next(r);
}

bool is_number_field(struct str name)
{
    enum event_field field = field_of(name);
    return field != FIELD_COUNT && !test_fields[field].text;
}

enum event_field parse_number_field(struct reading *r)
{
    for (int i = 0; i < FIELD_PROP; i++) {
        if (!test_fields[i].text) {
            reading_offer(r, str_of(test_fields[i].name));
        }
    }
    enum event_field field =
        r->token.kind == TOKEN_WORD ? field_of(r->token.text) : FIELD_COUNT;
    if (field == FIELD_COUNT) {
        fail_field(r, true);
        return FIELD_AMOUNT;
    }
    if (test_fields[field].text) {
        reading_fail(r, r->token.at, "%s is a text and cannot be measured",
                     test_fields[field].name);
        reading_hint(r, field == FIELD_ITEM
                            ? "distinct items: did purchase in 365d >= 3 items"
                            : "fields that are numbers: amount, quantity, score, unit_price");
        return FIELD_AMOUNT;
    }
    reading_next(r);
    return field;
}

/* ---- spans of days ---- */

/* "30 days", "1 month": a number and its unit as two words. */
static bool hint_unit_word(struct reading *r)
{
    static const struct {
        const char *word;
        int days;
    } units[] = {{"day", 1},    {"天", 1},    {"week", 7},   {"周", 7},
                 {"month", 30}, {"个月", 30}, {"year", 365}, {"年", 365}};
    int64_t n = 0;
    struct str rest = str_trim(str_slice(r->text, r->at, r->text.len));
    if (!str_i64(r->token.text, &n) || n < 1 || n > 5000) {
        return false;
    }
    for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
        if (str_starts(rest, str_of(units[i].word))) {
            reading_hint(r, "write %lldd", (long long)n * units[i].days);
            return true;
        }
    }
    return false;
}

static void hint_days(struct reading *r, const char *behind)
{
    int64_t n = 0;
    (void)str_i64(r->token.text, &n);
    bool ending = str_eq(str_of(behind), STR("ending"));
    if (r->token.kind == TOKEN_NUMBER && !hint_unit_word(r)) {
        reading_hint(r, "write %.*sd", STR_FMT(r->token.text));
    } else if (r->token.kind == TOKEN_SPAN && r->token.unit == 'h') {
        reading_hint(r, "spans are in days: %lldd", (long long)(n + 23) / 24);
    } else if (r->token.kind == TOKEN_DATE) {
        reading_hint(r, "one day is written on %.*s, several from DAY to DAY",
                     STR_FMT(r->token.text));
    } else if (reading_is(r, "last") || reading_is(r, "the") || reading_is(r, "past")) {
        reading_hint(r, "leave it out: in 30d");
    }
    reading_hint(r, "like %s 15d%s", behind[0] == '(' ? "in" : behind, ending ? " ago" : "");
}

uint32_t parse_days(struct reading *r, const char *behind)
{
    static const char *const usual[] = {"1d", "7d", "15d", "30d", "90d", "180d", "365d"};
    int64_t days = 0;
    for (size_t i = 0; i < sizeof(usual) / sizeof(usual[0]); i++) {
        reading_offer(r, str_of(usual[i]));
    }
    if (r->token.kind == TOKEN_SPAN && r->token.unit == 'm') {
        (void)str_i64(r->token.text, &days);
        reading_fail(r, r->token.at, "%.*s is no number and no span of days",
                     STR_FMT(reading_shown(r)));
        reading_hint(r,
                     days > 0 && days < 100 ? "spans are in days: %dd"
                                            : "spans are in days, like 15d",
                     (int)days * 30);
        return 0;
    }
    if (r->token.kind != TOKEN_DAYS) {
        reading_fail(r, r->token.at, "a span of days is expected behind %s, not %.*s", behind,
                     STR_FMT(reading_shown(r)));
        hint_days(r, behind);
        return 0;
    }
    if (!str_i64(r->token.text, &days) || days < 1 || days > WINDOW_MAX) {
        reading_fail(r, r->token.at, "a span is 1d to %ud, not %.*s", WINDOW_MAX,
                     STR_FMT(reading_shown(r)));
        reading_hint(r, days > 0 ? "leave \"in ...\" out for ever" : "today alone is 1d");
    }
    reading_next(r);
    return (uint32_t)days;
}

int32_t parse_day(struct reading *r, const char *behind)
{
    int32_t day = 0;
    if (r->token.kind != TOKEN_DATE && r->token.kind != TOKEN_STRING) {
        reading_fail(r, r->token.at, "a day is expected behind %s, not %.*s", behind,
                     STR_FMT(reading_shown(r)));
        if (r->token.kind == TOKEN_DAYS) {
            reading_hint(r, "days back from today are written in %.*sd",
                         STR_FMT(r->token.text));
        }
        if (reading_is(r, "today") || reading_is(r, "yesterday")) {
            reading_hint(r, reading_is(r, "today")
                                ? "today is written in 1d"
                                : "yesterday is written in 1d ending 1d ago");
        }
        reading_hint(r, "like 2017-12-01");
    } else if (!day_parse(r->token.text, &day)) {
        reading_fail(r, r->token.at, "%.*s is no day of the calendar",
                     STR_FMT(reading_shown(r)));
        reading_hint(r, "year-month-day, like 2017-12-01");
    }
    reading_next(r);
    return day;
}

static const char *const when_words[] = {"in", "before", "on", "from", "to"};

bool reading_is_when(const struct reading *r)
{
    bool here = false;
    for (size_t i = 0; i < 5 && !here; i++) {
        here = reading_is(r, when_words[i]);
    }
    return here;
}

bool reading_at_when(struct reading *r)
{
    for (size_t i = 0; i < 5; i++) {
        reading_offer(r, str_of(when_words[i]));
    }
    return reading_is_when(r);
}

static void parse_in(struct reading *r, struct when *w)
{
    w->form = WHEN_IN;
    w->days = parse_days(r, "in");
    if (r->names->rules_only) {
        return;
    }
    if (reading_is(r, "ago")) {
        reading_fail(r, r->token.at, "ago is not understood here");
        reading_hint(r, "in 7d ending 30d ago; or: before 30d");
    }
    if (!reading_take(r, "ending")) {
        return;
    }
    w->ago = parse_days(r, "ending");
    if (!reading_take(r, "ago")) {
        reading_fail(r, r->token.at, "ago is expected, not %.*s", STR_FMT(reading_shown(r)));
        reading_hint(r, "like in 7d ending 30d ago");
    }
}

static void parse_before(struct reading *r, struct when *w)
{
    if (r->token.kind == TOKEN_DATE) {
        w->form = WHEN_DAYS;
        w->from = DAY_NONE;
        w->to = parse_day(r, "before") - 1;
    } else {
        w->form = WHEN_BEFORE;
        w->days = parse_days(r, "before");
    }
}

static void parse_from(struct reading *r, struct when *w)
{
    w->from = parse_day(r, "from");
    size_t at = r->token.at;
    if (!reading_take(r, "to")) {
        return;
    }
    w->to = parse_day(r, "to");
    if (w->to < w->from) {
        reading_fail(r, at, "the last day lies before the first");
        reading_hint(r, "the earlier day comes first");
    }
}

void parse_when(struct reading *r, struct when *w)
{
    size_t at = r->token.at;
    *w = (struct when){.form = WHEN_EVER};
    if (!reading_at_when(r)) {
        return;
    }
    if (reading_take(r, "in")) {
        parse_in(r, w);
        return;
    }
    if (reading_refuse(r, at, "spans of days but in Nd")) {
        return;
    }
    if (reading_take(r, "before")) {
        parse_before(r, w);
        return;
    }
    *w = (struct when){.form = WHEN_DAYS, .from = DAY_NONE, .to = INT32_MAX};
    if (reading_take(r, "on")) {
        w->from = w->to = parse_day(r, "on");
    } else if (reading_take(r, "from")) {
        parse_from(r, w);
    } else if (reading_take(r, "to")) {
        w->to = parse_day(r, "to");
    }
}
