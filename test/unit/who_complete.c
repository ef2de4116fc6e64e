/* What may stand at the end of a text. */
#include "unit/who_tree.h"

struct completion {
    const char *text;
    const char *some; /* words among the offers, divided by | */
    const char *none; /* words not among them; NULL */
    int count;        /* of offers; -1: any number */
};

/* clang-format off */
static const struct completion completions[] = {
    {"", "did|not|(|stage|tag|gmv|rfm.r|first_seen|all", "and|or|)|purchase|in", -1},
    {"di", "did", NULL, 1},
    {"did ", "purchase|add_cart|any|not|(|`own_step`", "and|in|follow and", -1},
    {"did pur", "purchase", NULL, 1},
    {"did 购", "purchase", NULL, 1},
    {"did 加", "add_cart", "purchase", 1},
    {"did (follow or fr", "friend_add|friend_delete", "purchase", 2},
    {"did (follow ", "or|)", "and", 2},
    {"did purchase ", "(|in|before|on|from|to|then|>=|and|or", "times|day|did|ago|)", -1},
    {"(did purchase ", "and|or|)", "purchase", -1},
    {"did purchase in ", "30d|365d", "and", -1},
    {"did purchase in 3", "30d|365d", "7d", 2},
    {"did purchase in 30d ", "ending|>=|and", "in|then", -1},
    {"did purchase in 30d ending 7d ", "ago", NULL, 1},
    {"did purchase in 30d >", ">|>=", "=", 2},
    {"did purchase in 30d >= 2 ", "days|items|and|or", "times|day|orders", 4},
    {"did purchase(", "amount|channel|prop", "and|)", 11},
    {"did purchase(chan", "channel", NULL, 1},
    {"did purchase(channel ", "=|!=|in", "and", -1},
    {"did purchase(channel = ", "\"tmall\"|\"mini_program\"", "and", -1},
    {"did purchase(channel = \"tm", "\"tmall\"", NULL, 1},
    {"did purchase(channel in (\"tmall\", \"j", "\"jd\"", NULL, 1},
    {"did purchase(amount >= 5", "", "and", 0},
    {"did purchase(amount >= 5 ", ",|)", "and", 2},
    {"did add_cart then ", "not|purchase|any", "did|within", -1},
    {"did add_cart then purchase ", "within|(|then", "and|in", 3},
    {"did add_cart then purchase within ", "24h|3d", NULL, -1},
    {"did add_cart then purchase within 24h ", "then|in|and|from|of", ">=", -1},
    {"did add_cart then purchase within 24h of ", "first", NULL, 1},
    {"is ", "follow|friend_add|group_join|member_join", "purchase", -1},
    {"stage ", "=|>=|in|was|entered|left|on", "and|ago", -1},
    {"stage = ", "none|interest|`pre-sale`", "and", 6},
    {"stage = int", "interest", NULL, 1},
    {"stage entered lo", "loyalty", NULL, 1},
    {"stage was loyalty ", "in|before|and", "=", -1},
    {"stage on 2017-12-01 ", "=|in", "was", -1},
    {"stage 30d ", "ago", NULL, 1},
    {"sum(", "purchase|any|(", "amount", -1},
    {"sum(purchase.", "amount|quantity|score|unit_price", "channel", 4},
    {"sum(purchase.am", "amount", NULL, 1},
    {"gmv ", "in|(|>=", "and", -1},
    {"gmv(365d) >= 500 ", "and|or", "in", 2},
    {"first ", "purchase|any", NULL, -1},
    {"first purchase ", "was|(|in|before|on|from|to", ">=|and", -1},
    {"first purchase was ", "(", NULL, 1},
    {"first purchase was (chan", "channel", NULL, 1},
    {"last purchase was (amount >= 200) ", "in|before|on|from|to|and|or", "was|>=|(", 7},
    {"rfm.", "rfm.r|rfm.type", "clv", 7},
    {"rfm.type = ", "\"important value\"|\"general win-back\"", "\"重要价值\"", 8},
    {"rfm.type in (\"important v", "\"important value\"", NULL, 1},
    {"rfm.r ", ">=|known", "and", -1},
    {"has ", "phone|openid", "and", -1},
    {"has ph", "phone", NULL, 1},
    {"reachable ", "by", NULL, 1},
    {"reachable by ", "wecom|sms|email|mini_program|wechat_oa", NULL, 5},
    {"sample 10% ", "seed|and|or", NULL, 3},
    {"sample 10", "", NULL, 0},
    {"tag \"", "", NULL, 0},
    {"tag \"a\" ", "=|and|or", NULL, -1},
    {"not ", "did|not|(|stage", "and", -1},
    {"did purchase and ", "did|stage|(", "and|in", -1},
    {"did purchase and s", "stage|sum|sample", "did", 3},
    /* behind a mistake nothing is offered */
    {"did purchse in ", "", NULL, 0},
    {"did purchase && ", "", NULL, 0},
};
/* clang-format on */

static bool offered(const struct str *list, uint32_t len, struct str word)
{
    bool found = false;
    for (uint32_t i = 0; i < len && !found; i++) {
        found = str_eq(list[i], word);
    }
    return found;
}

static bool all_offered(const struct str *list, uint32_t len, const char *words, bool want)
{
    struct str rest = str_of(words);
    bool good = true;
    while (rest.len) {
        good = good && offered(list, len, str_cut(&rest, '|')) == want;
    }
    return good;
}

static void check_completion(struct fixture *f, const struct completion *c)
{
    struct str *list = NULL;
    uint32_t len = 0;
    struct err e = {0};
    enum rc rc = question_complete(str_of(c->text), &f->names, f->arena, &list, &len, &e);
    bool good = rc == RC_OK && all_offered(list, len, c->some, true) &&
                all_offered(list, len, c->none, false) &&
                (c->count < 0 || len == (uint32_t)c->count);
    if (!CHECK(good)) {
        printf("#   \"%s\" (%u):", c->text, len);
        for (uint32_t i = 0; i < len; i++) {
            printf(" %.*s", STR_FMT(list[i]));
        }
        printf("\n");
    }
}

/* Every offer is a word with which some question goes on: the text with it is not refused at the offer itself. */
static void check_offers(struct fixture *f, const char *text)
{
    struct str *list = NULL;
    uint32_t len = 0;
    CHECK_EQ_I64(question_complete(str_of(text), &f->names, f->arena, &list, &len, NULL),
                 RC_OK);
    for (uint32_t i = 0; i < len; i++) {
        struct str more = arena_strf(f->arena, "%s%.*s", text, STR_FMT(list[i]));
        struct question *q = NULL;
        struct question_error at = {0};
        struct err e = {0};
        enum rc rc = question_parse(more, &f->names, f->arena, &q, &at, &e);
        uint32_t column = 1;
        for (const char *p = text; *p; p++) {
            column += ((unsigned char)*p & 0xc0) != 0x80;
        }
        if (!CHECK(rc == RC_OK || at.column > column)) {
            printf("#   %.*s: %s\n", STR_FMT(more), e.msg);
        }
    }
}

int main(void)
{
    struct fixture f = fixture_new();
    uint16_t code = 0;
    CHECK_EQ_I64(catalogue_intern(f.catalogue, STR("own_step"), &code, NULL), RC_OK);
    TEST("what may stand at the end is offered, and nothing else") {
        for (size_t i = 0; i < sizeof(completions) / sizeof(completions[0]); i++) {
            check_completion(&f, &completions[i]);
        }
    }
    TEST("no offer is refused where it stands") {
        for (size_t i = 0; i < sizeof(completions) / sizeof(completions[0]); i++) {
            size_t len = strlen(completions[i].text);
            if (len == 0 || strchr(" (", completions[i].text[len - 1])) {
                check_offers(&f, completions[i].text);
            }
        }
    }
    fixture_free(&f);
    return tap_end();
}
