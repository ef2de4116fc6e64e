/* Conditions over what a consumer is and has: stage, fields, identities, tags, crowds, reach, consent,
 * random samples. */
#include "who/field_value.h"
#include "who/internal.h"

#include <math.h>

/* Asks the brand whether it knows a tag, crowd or consent of that name. */
static void check_known(struct reading *r, enum question_form form, const char *what,
                        struct str name, size_t at)
{
    struct str near = STR_NULL;
    const struct who_names *n = r->names;
    if (r->rc || !n->knows || n->knows(n->ctx, form, name, &near)) {
        return;
    }
    reading_fail(r, at, "unknown %s \"%.*s\"", question_text(n, what), STR_FMT(name));
    if (near.len) {
        reading_hint(r, "did you mean \"%.*s\"?", STR_FMT(near));
    }
    if (form == Q_CONSENT) {
        reading_hint(r, "consents have the names under which they were given");
    }
    reading_hint(r, "%s lists them", form == Q_TAG ? "pond tag list" : "pond crowd list");
}

static void add_text(struct reading *r, struct question *q, struct str text)
{
    struct str *texts = reading_more(r, q->texts, q->texts_len, sizeof(*texts));
    texts[q->texts_len++] = text;
    q->texts = texts;
}

/* A name in quotes, in backquotes or bare. */
static bool parse_label(struct reading *r, struct question *q, const char *what)
{
    if ((r->token.kind != TOKEN_STRING && r->token.kind != TOKEN_NAME &&
         r->token.kind != TOKEN_WORD) ||
        r->token.text.len == 0) {
        reading_fail(r, r->token.at, "a name is expected behind %s, not %.*s", what,
                     STR_FMT(reading_shown(r)));
        reading_hint(r,
                     r->token.kind == TOKEN_CMP ? "write %s \"name\", without ="
                                                : "in double quotes: %s \"name\"",
                     what);
        return false;
    }
    add_text(r, q, r->token.text);
    reading_next(r);
    return true;
}

/* ---- stage ---- */

static bool is_stage_name(const struct reading *r)
{
    return r->token.kind == TOKEN_WORD || r->token.kind == TOKEN_NAME ||
           r->token.kind == TOKEN_STRING;
}

/* A stage's number; a bare name may hold a dash: 4a-act. */
static uint32_t parse_stage_name(struct reading *r)
{
    const struct who_names *n = r->names;
    for (uint32_t i = 0; i < n->stages_len; i++) {
        struct buf out = {0};
        question_print_name(n->stages[i], &out);
        reading_offer(r, arena_str(r->arena, buf_str(&out)));
        buf_release(&out);
    }
    struct str name = r->token.text, near = STR_NULL;
    struct buf all = {0};
    for (uint32_t i = 0; i < n->stages_len && is_stage_name(r); i++) {
        if (str_eq(name, n->stages[i])) {
            reading_next(r);
            return i;
        }
        bool close = str_near(name, n->stages[i]) || str_eq_nocase(name, n->stages[i]) ||
                     (name.len > 2 && str_starts(n->stages[i], name));
        near = close ? n->stages[i] : near;
    }
    for (uint32_t i = 0; i < n->stages_len; i++) {
        buf_addf(&all, "%s%.*s", i ? ", " : "", STR_FMT(n->stages[i]));
    }
    if (is_stage_name(r)) {
        reading_fail(r, r->token.at, "unknown stage \"%.*s\"", STR_FMT(name));
    } else {
        reading_fail(r, r->token.at, "a stage is expected, not %.*s",
                     STR_FMT(reading_shown(r)));
    }
    if (near.len) {
        reading_hint(r, "did you mean %.*s?", STR_FMT(near));
    }
    reading_hint(r, "stages: %s", buf_cstr(&all));
    buf_release(&all);
    return 0;
}

/* The stages that compare so with stage number `with`. */
static uint64_t stages_that(const struct who_names *n, enum evidence_cmp cmp, uint32_t with)
{
    uint64_t bits = 0;
    for (uint32_t i = 0; i < n->stages_len; i++) {
        bool holds = false;
        switch (cmp) {
        case CMP_EQ:
        case CMP_IN: holds = i == with; break;
        case CMP_NE: holds = i != with; break;
        case CMP_LT: holds = i < with; break;
        case CMP_LE: holds = i <= with; break;
        case CMP_GT: holds = i > with; break;
        case CMP_GE: holds = i >= with; break;
        }
        bits |= (uint64_t)holds << i;
    }
    return bits;
}

static void parse_stage_list(struct reading *r, struct question *q)
{
    reading_next(r);
    if (r->token.kind == TOKEN_DAYS) {
        reading_fail(r, r->token.at, "a list of stages is expected behind in, not %.*s",
                     STR_FMT(reading_shown(r)));
        reading_hint(r, "held in these days: stage was interest in %.*sd",
                     STR_FMT(r->token.text));
        return;
    }
    if (!reading_at_kind(r, TOKEN_OPEN)) {
        reading_fail(r, r->token.at, "\"(\" is expected behind in, not %.*s",
                     STR_FMT(reading_shown(r)));
        reading_hint(r, "like stage in (interest, purchase)");
        return;
    }
    do {
        reading_next(r);
        q->stages_written |= UINT64_C(1) << parse_stage_name(r);
    } while (!r->rc && reading_at_kind(r, TOKEN_COMMA));
    reading_expect_close(r, "a stage");
    reading_hint(r, "like stage in (interest, purchase)");
    q->cmp = CMP_IN;
    q->stages = q->stages_written;
}

static void fail_stage(struct reading *r)
{
    static const char *const asks[] = {"was", "entered", "left"};
    bool named = is_stage_name(r) && !question_is_keyword(r->token.text);
    reading_fail(r, r->token.at,
                 "a comparison, was, entered or left is expected behind stage, "
                 "not %.*s",
                 STR_FMT(reading_shown(r)));
    for (size_t i = 0; i < 3; i++) {
        if (named && str_near(r->token.text, str_of(asks[i]))) {
            reading_hint(r, "did you mean %s?", asks[i]);
        }
    }
    if (reading_at(r, "is")) {
        reading_hint(r, "write stage = interest");
    } else if (reading_at(r, "not")) {
        reading_hint(r, "write stage != interest");
    } else if (named) {
        reading_hint(r, "write stage = %.*s", STR_FMT(r->token.text));
    }
    reading_hint(r, "like stage = interest, stage >= purchase, stage entered loyalty in 30d");
}

static bool parse_stage_moment(struct reading *r, struct question *q)
{
    static const struct {
        const char *word;
        enum stage_ask ask;
    } words[] = {{"was", STAGE_WAS}, {"entered", STAGE_ENTERED}, {"left", STAGE_LEFT}};
    for (size_t i = 0; i < 3; i++) {
        if (reading_take(r, words[i].word)) {
            q->stage_ask = words[i].ask;
            q->stages = q->stages_written = UINT64_C(1) << parse_stage_name(r);
            parse_when(r, &q->when);
            return true;
        }
    }
    return false;
}

static void parse_stage_day(struct reading *r, struct question *q)
{
    if (reading_take(r, "on")) {
        q->day = parse_day(r, "on");
    } else if (r->token.kind == TOKEN_DAYS) {
        q->days_ago = parse_days(r, "stage");
        if (!reading_take(r, "ago")) {
            reading_fail(r, r->token.at, "ago is expected, not %.*s",
                         STR_FMT(reading_shown(r)));
            reading_hint(r, "like stage 30d ago = interest");
        }
    }
}

struct question *parse_stage(struct reading *r)
{
    struct question *q = question_new(r, Q_STAGE, r->token.at);
    if (!r->names->stages_len || !r->names->stages) {
        reading_fail(r, r->token.at, "stages cannot be asked for here");
        reading_hint(r, "no stage model is in force, or this is a part of one");
    }
    reading_next(r);
    if (parse_stage_moment(r, q)) {
        return question_done(r, q);
    }
    parse_stage_day(r, q);
    if (reading_at(r, "in")) {
        parse_stage_list(r, q);
    } else if (reading_at_kind(r, TOKEN_CMP)) {
        q->cmp = r->token.cmp;
        reading_next(r);
        uint32_t stage = parse_stage_name(r);
        q->stages_written = UINT64_C(1) << stage;
        q->stages = stages_that(r->names, q->cmp, stage);
    } else {
        fail_stage(r);
    }
    if (reading_is_when(r)) {
        reading_fail(r, r->token.at, "stage = ... is asked of one day");
        reading_hint(r, "held at some time: stage was interest in 30d; on a day: stage on "
                        "2017-12-01 = interest");
    }
    return question_done(r, q);
}

/* ---- fields ---- */

/* Yuan has two decimals; other numbers have any. */
static double field_number(struct reading *r, const struct who_field *f)
{
    bool yuan = f->unit && str_eq(str_of(f->unit), STR("yuan"));
    double v = parse_number(r, f->name, yuan ? 2 : -1);
    return yuan ? v / 100 : v;
}

/* The brand's own names, or none. */
static struct field_words words_of(struct reading *r, const struct who_field *f)
{
    const struct who_names *n = r->names;
    struct field_words w = {0};
    if (f->values && !(n->words && n->words(n->ctx, f, r->arena, &w))) {
        field_words_usual(f, r->arena, &w);
    }
    return w;
}

static void offer_values(struct reading *r, const struct who_field *f)
{
    struct field_words w = r->offers ? words_of(r, f) : (struct field_words){0};
    for (uint32_t i = 0; i < w.len; i++) {
        struct buf out = {0};
        question_print_text(field_value_asked(&w, i, r->names->zh), &out);
        reading_offer(r, arena_str(r->arena, buf_str(&out)));
        buf_release(&out);
    }
}

static void fail_value(struct reading *r, const struct field_words *w, struct str text)
{
    struct str *names = arena_array(r->arena, struct str, 3 * (size_t)w->len);
    struct buf all = {0};
    for (uint32_t i = 0; i < w->len; i++) {
        names[3 * i] = field_value_name(w, i, r->names->zh);
        names[3 * i + 1] = str_of(w->field->values[i].name);
        names[3 * i + 2] = str_of(w->field->values[i].zh);
        buf_addf(&all, "%s%.*s", i ? ", " : "", STR_FMT(names[3 * i]));
    }
    uint32_t near = str_nearest(names, 3 * w->len, text);
    reading_fail(r, r->token.at, "%s is never \"%.*s\"", w->field->name, STR_FMT(text));
    if (near < 3 * w->len) {
        reading_hint(r, "did you mean \"%.*s\"?", STR_FMT(names[near]));
    } else {
        reading_hint(r, "it is one of %.*s", STR_FMT(buf_str(&all)));
    }
    buf_release(&all);
}

/* A value that no name means is a mistake, where the names are known. */
static void check_value(struct reading *r, const struct who_field *f, struct str text)
{
    struct field_words w = {0};
    const struct who_names *n = r->names;
    bool known = r->rc || !f->values || !n->words || !n->words(n->ctx, f, r->arena, &w);
    for (uint32_t i = 0; i < w.len && !known; i++) {
        known = field_value_is(&w, i, text);
    }
    if (!known) {
        fail_value(r, &w, text);
    }
}

static void add_field_text(struct reading *r, struct question *q)
{
    const struct who_field *f = q->field;
    offer_values(r, f);
    if (r->token.kind != TOKEN_STRING) {
        reading_fail(r, r->token.at, "%s is compared with a text, not with %.*s", f->name,
                     STR_FMT(reading_shown(r)));
        if (r->token.kind == TOKEN_WORD) {
            reading_hint(r, "write \"%.*s\"", STR_FMT(r->token.text));
        }
        reading_hint(r, "texts stand in double quotes: %s = \"...\"", f->name);
        return;
    }
    if (q->texts_len == 255) {
        reading_fail(r, r->token.at, "more than 255 texts in one list");
        reading_hint(r, "divide the list: ... in (...) or ... in (...)");
    }
    check_value(r, f, r->token.text);
    add_text(r, q, r->token.text);
    reading_next(r);
}

static void parse_field_list(struct reading *r, struct question *q)
{
    const char *name = q->field->name;
    if (q->field->type == FIELD_NUMBER) {
        reading_fail(r, r->token.at, "in (...) is for texts; %s is a number", name);
        reading_hint(r, "like %s >= 4", name);
        return;
    }
    reading_next(r);
    q->cmp = CMP_IN;
    if (!reading_at_kind(r, TOKEN_OPEN)) {
        reading_fail(r, r->token.at, "\"(\" is expected behind in, not %.*s",
                     STR_FMT(reading_shown(r)));
        reading_hint(r, "like %s in (\"...\", \"...\")", name);
        return;
    }
    do {
        reading_next(r);
        add_field_text(r, q);
    } while (!r->rc && reading_at_kind(r, TOKEN_COMMA));
    reading_expect_close(r, "a text");
    reading_hint(r, "like %s in (\"...\", \"...\")", name);
}

static void parse_field_cmp(struct reading *r, struct question *q)
{
    size_t at = r->token.at;
    q->cmp = r->token.cmp;
    reading_next(r);
    if (q->field->type == FIELD_NUMBER) {
        q->number = field_number(r, q->field);
        return;
    }
    if (q->cmp != CMP_EQ && q->cmp != CMP_NE) {
        reading_fail(r, at, "%s is a text: it has no order", q->field->name);
        reading_hint(r, "use =, != or in");
        return;
    }
    add_field_text(r, q);
}

struct question *parse_field(struct reading *r)
{
    struct question *q = question_new(r, Q_FIELD, r->token.at);
    q->field = who_field_find(r->token.text);
    bool text = q->field->type == FIELD_TEXT;
    reading_next(r);
    if (reading_take(r, "known")) {
        q->known = true;
    } else if (text ? reading_at(r, "in") : reading_is(r, "in")) {
        parse_field_list(r, q);
    } else if (reading_at_cmp(r, text)) {
        parse_field_cmp(r, q);
    } else {
        reading_fail(r, r->token.at, "a comparison is expected behind %s, not %.*s",
                     q->field->name, STR_FMT(reading_shown(r)));
        if (reading_at(r, "between")) {
            reading_hint(r, "write %s >= ... and %s <= ...", q->field->name, q->field->name);
        }
        if (reading_is(r, "is")) {
            reading_hint(r, "write %s known, or =", q->field->name);
        }
        reading_hint(r, text ? "=, !=, in (...) or known" : ">=, >, =, !=, <, <= or known");
    }
    return question_done(r, q);
}

/* ---- identities ---- */

/* clang-format off */
static const char *const other_kinds[][2] = {
    {"mobile", "phone"}, {"tel", "phone"}, {"手机", "phone"}, {"手机号", "phone"}, {"mail", "email"}, {"邮箱", "email"},
    {"wechat", "unionid"}, {"微信", "unionid"}, {"wecom", "external_userid"}, {"member", "member_no"},
    {"taobao", "taobao_ouid"}, {"douyin", "douyin_openid"}, {"jd", "jd_pin"}, {"user", "user_id"},
};
/* clang-format on */

static struct str kind_near(const struct reading *r, struct str name)
{
    for (size_t i = 0; i < sizeof(other_kinds) / sizeof(other_kinds[0]); i++) {
        if (str_eq(name, str_of(other_kinds[i][0]))) {
            return str_of(other_kinds[i][1]);
        }
    }
    for (uint32_t k = 1; k < kind_len(r->names->kinds); k++) {
        struct str kind = kind_name(r->names->kinds, (uint8_t)k);
        if (kind.len && (str_near(name, kind) || str_eq_nocase(name, kind))) {
            return kind;
        }
    }
    return STR_NULL;
}

static uint8_t kind_of(struct reading *r, struct str name, size_t at)
{
    uint8_t kind = r->names->kinds ? kind_find(r->names->kinds, name) : 0;
    if (kind || r->rc) {
        return kind;
    }
    reading_fail(r, at, "unknown kind of identity \"%.*s\"", STR_FMT(name));
    struct str near = r->names->kinds ? kind_near(r, name) : STR_NULL;
    if (near.len) {
        reading_hint(r, "did you mean %.*s?", STR_FMT(near));
    }
    reading_hint(r, "like phone, unionid, openid, external_userid, member_no, email");
    return 0;
}

static void offer_kinds(struct reading *r)
{
    for (uint32_t k = 1; r->offers && r->names->kinds && k < kind_len(r->names->kinds); k++) {
        struct str kind = kind_name(r->names->kinds, (uint8_t)k);
        if (kind.len && str_find_byte(kind, '@', 0) == SIZE_MAX) {
            reading_offer(r, kind);
        }
    }
}

/* A kind may have a suffix: openid@wx12ab. */
static struct str parse_kind_name(struct reading *r)
{
    size_t end = r->at;
    if (r->token.kind == TOKEN_WORD && end < r->text.len && r->text.ptr[end] == '@') {
        while (end < r->text.len && (unsigned char)r->text.ptr[end] > 0x20 &&
               r->text.ptr[end] != ')') {
            end++;
        }
        r->at = end;
        return str_slice(r->text, r->token.at, end);
    }
    return r->token.text;
}

struct question *parse_has(struct reading *r)
{
    struct question *q = question_new(r, Q_HAS, r->token.at);
    q->cmp = CMP_GE;
    q->number = 1;
    reading_next(r);
    offer_kinds(r);
    if (r->token.kind != TOKEN_WORD && r->token.kind != TOKEN_NAME) {
        reading_fail(r, r->token.at, "a kind of identity is expected behind has, not %.*s",
                     STR_FMT(reading_shown(r)));
        reading_hint(r, "like has phone, has openid");
    } else if (reading_is(r, "tag")) {
        reading_fail(r, r->token.at, "has is for kinds of identity");
        reading_hint(r, "for tags write tag \"...\"");
    } else {
        q->kind = kind_of(r, parse_kind_name(r), r->token.at);
        reading_next(r);
    }
    if (reading_at_kind(r, TOKEN_CMP)) {
        q->cmp = r->token.cmp;
        reading_next(r);
        q->number = parse_count(r);
    } else if (r->token.kind == TOKEN_STRING && !r->rc) {
        reading_fail(r, r->token.at, "has asks only whether there is one");
        reading_hint(r, "a value is asked with identity \"%.*s:%.*s\"",
                     STR_FMT(kind_name(r->names->kinds, q->kind)), STR_FMT(r->token.text));
    }
    return question_done(r, q);
}

struct question *parse_identity(struct reading *r)
{
    struct question *q = question_new(r, Q_IDENTITY, r->token.at);
    reading_next(r);
    struct str text = r->token.text, value = STR_NULL;
    size_t colon = str_find_byte(text, ':', 0);
    if (r->token.kind != TOKEN_STRING || colon == SIZE_MAX) {
        reading_fail(r, r->token.at, "\"KIND:VALUE\" is expected behind identity, not %.*s",
                     STR_FMT(reading_shown(r)));
        reading_hint(r, "like identity \"phone:13800138000\"");
        return question_done(r, q);
    }
    struct err why = {0};
    struct str kind = str_slice(text, 0, colon);
    q->kind = kind_of(r, kind, r->token.at);
    if (!r->rc &&
        kind_canonical(q->kind, str_slice(text, colon + 1, text.len), r->arena, &value, &why)) {
        reading_fail(r, r->token.at, "%s",
                     why.msg[0]
                         ? why.msg
                         : question_text(r->names, "the value means that there is none"));
        reading_hint(r, "%s", why.hint[0] ? why.hint : "like identity \"phone:13800138000\"");
    }
    add_text(r, q, arena_strf(r->arena, "%.*s:%.*s", STR_FMT(kind), STR_FMT(value)));
    reading_next(r);
    return question_done(r, q);
}

/* ---- marks ---- */

struct question *parse_tag(struct reading *r)
{
    struct question *q = question_new(r, Q_TAG, r->token.at);
    reading_next(r);
    size_t at = r->token.at;
    if (reading_is(r, "in")) {
        reading_fail(r, at, "a tag is asked by its name");
        reading_hint(r, "write tag \"a\" or tag \"b\"");
    }
    if (parse_label(r, q, "tag")) {
        check_known(r, Q_TAG, "tag", q->texts[0], at);
    }
    reading_offer(r, STR("="));
    if (r->token.kind != TOKEN_CMP) {
        if (q->texts_len && reading_is(r, "in") && !r->names->rules_only) {
            reading_fail(r, r->token.at, "a tag has one value");
            reading_hint(r, "write tag \"%.*s\" = \"a\" or tag \"%.*s\" = \"b\"",
                         STR_FMT(q->texts[0]), STR_FMT(q->texts[0]));
        }
        return question_done(r, q);
    }
    if (r->token.cmp != CMP_EQ) {
        reading_fail(r, r->token.at, "a tag's value is asked with = only");
        reading_hint(r, "not tag \"name\" = \"value\"");
    }
    reading_next(r);
    if (r->token.kind != TOKEN_STRING) {
        reading_fail(r, r->token.at, "a tag's value is a text, not %.*s",
                     STR_FMT(reading_shown(r)));
        reading_hint(r, "in double quotes: tag \"name\" = \"value\"");
        return question_done(r, q);
    }
    add_text(r, q, r->token.text);
    reading_next(r);
    return question_done(r, q);
}

struct question *parse_crowd(struct reading *r)
{
    struct question *q = question_new(r, Q_CROWD, r->token.at);
    reading_next(r);
    size_t at = r->token.at;
    if (parse_label(r, q, "crowd")) {
        check_known(r, Q_CROWD, "crowd", q->texts[0], at);
    }
    return question_done(r, q);
}

/* ---- reach and consent ---- */

static void check_reach(struct reading *r, struct str name)
{
    struct buf all = {0};
    const char *near = NULL;
    for (const struct reach_channel *c = reach_channels; c->name; c++) {
        buf_addf(&all, "%s%s", all.len ? ", " : "", c->name);
        bool close = str_near(name, str_of(c->name)) || str_eq(name, str_of(c->zh)) ||
                     str_starts(name, str_of(c->name)) ||
                     (name.len > 2 && str_starts(str_of(c->name), name));
        near = close ? c->name : near;
    }
    reading_fail(r, r->token.at, "nobody is reached by %.*s", STR_FMT(reading_shown(r)));
    if (near) {
        reading_hint(r, "did you mean %s?", near);
    }
    reading_hint(r, "channels: %s", buf_cstr(&all));
    buf_release(&all);
}

struct question *parse_reach(struct reading *r)
{
    struct question *q = question_new(r, Q_REACH, r->token.at);
    reading_next(r);
    if (!reading_take(r, "by")) {
        reading_fail(r, r->token.at, "by is expected behind reachable, not %.*s",
                     STR_FMT(reading_shown(r)));
        reading_hint(
            r, "like reachable by %.*s",
            STR_FMT(question_reach_rule(r->token.text) ? r->token.text : STR("wecom")));
    }
    for (const struct reach_channel *c = reach_channels; c->name; c++) {
        reading_offer(r, str_of(c->name));
    }
    if (!question_reach_rule(r->token.text)) {
        check_reach(r, r->token.text);
    }
    add_text(r, q, r->token.text);
    reading_next(r);
    return question_done(r, q);
}

struct question *parse_consent(struct reading *r)
{
    struct question *q = question_new(r, Q_CONSENT, r->token.at);
    reading_next(r);
    size_t at = r->token.at;
    if (parse_label(r, q, "consent")) {
        check_known(r, Q_CONSENT, "consent", q->texts[0], at);
    }
    return question_done(r, q);
}

/* ---- samples ---- */

struct question *parse_sample(struct reading *r)
{
    struct question *q = question_new(r, Q_SAMPLE, r->token.at);
    reading_next(r);
    size_t at = r->token.at;
    if (r->token.kind != TOKEN_NUMBER) {
        reading_fail(r, at, "a percentage is expected behind sample, not %.*s",
                     STR_FMT(reading_shown(r)));
        reading_hint(r, "like sample 10%% seed 7");
    }
    q->number = parse_number(r, "sample", 4);
    if (q->number <= 0 || q->number > 1000000) {
        reading_fail(r, at, "a sample is more than 0%% and at most 100%%");
        reading_hint(r, "like sample 10%%");
    }
    q->number /= 10000;
    if (r->token.kind != TOKEN_PERCENT) {
        reading_fail(r, r->token.at, "%% is expected, not %.*s", STR_FMT(reading_shown(r)));
        reading_hint(r, "like sample %.*s%%", STR_FMT(str_slice(r->text, at, r->last_end)));
    }
    reading_offer(r, STR("%"));
    reading_next(r);
    if (!reading_take(r, "seed")) {
        return question_done(r, q);
    }
    if (r->token.kind != TOKEN_NUMBER || !str_u64(r->token.text, &q->seed)) {
        reading_fail(r, r->token.at, "a seed is a whole number, not %.*s",
                     STR_FMT(reading_shown(r)));
        reading_hint(r, "like sample 10%% seed 7");
    }
    reading_next(r);
    return question_done(r, q);
}
