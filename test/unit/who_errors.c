/* Wrong rules: each is refused with the place of the mistake and a hint that helps. */
#include "unit/tap.h"

#include "who/question.h"

struct wrong {
    const char *rule;
    uint32_t line, column;
    const char *msg, *hint; /* parts of them */
};

/* clang-format off */
static const struct wrong wrongs[] = {
    /* nothing, or not enough */
    {"", 1, 1, "the rule is empty", "like did purchase"},
    {"   ", 1, 4, "not the end", "a condition is"},
    {"did", 1, 4, "an event's name is expected, not the end", "like purchase"},
    {"did purchase and", 1, 17, "a condition is expected, not the end", "a condition is did"},
    {"did purchase or", 1, 16, "a condition is expected", "a condition is did"},
    {"not", 1, 4, "a condition is expected", "a condition is did"},
    {"is", 1, 3, "an event's name is expected", "like purchase"},
    {"did purchase in", 1, 16, "a span of days is expected", "like in 15d"},
    {"did purchase >=", 1, 16, "a count is a whole number", "like >= 2"},
    {"(did purchase", 1, 14, "\")\" is expected", "is not closed"},
    {"did (follow or", 1, 15, "an event's name is expected", "like purchase"},
    {"did (follow", 1, 12, "\"or\" or \")\" is expected", "is not closed"},
    {"did review(", 1, 12, "a field is expected, not the end", "fields: amount"},
    {"did review(score", 1, 17, "a comparison is expected behind score", ">=, >, ="},
    {"did review(score >=", 1, 20, "score is compared with a number", "like score >= 4"},
    {"did review(score >= 4", 1, 22, "\",\" or \")\" is expected", "like review"},
    {"did purchase(channel in", 1, 24, "\"(\" is expected behind in", "like channel in"},
    {"did purchase(channel in (", 1, 26, "channel is compared with a text", "double quotes"},
    {"did purchase(item = \"a", 1, 21, "has no end", "close it with \""},
    {"did `abc", 1, 5, "has no end", "close it with `"},
    {"did ``", 1, 5, "an empty name", "between the backquotes"},

    /* events */
    {"did purchse in 15d", 1, 5, "unknown event \"purchse\"", "did you mean purchase?"},
    {"did buy", 1, 5, "unknown event \"buy\"", "did you mean purchase?"},
    {"did Purchase", 1, 5, "unknown event \"Purchase\"", "did you mean purchase?"},
    {"did 购买 in 15d", 1, 5, "unknown event \"购买\"", "did you mean purchase?"},
    {"did (add_cart or favorit)", 1, 18, "unknown event \"favorit\"", "did you mean favorite?"},
    {"did add_cart and did fav", 1, 22, "unknown event \"fav\"", "did you mean favorite?"},
    {"did item.view", 1, 5, "unknown event", "item_view"},
    {"did my.event", 1, 5, "unknown event", "goes in backquotes: `my.event`"},
    {"did \"purchase\"", 1, 5, "an event's name is expected", "without quotes"},
    {"did and", 1, 5, "not the word \"and\"", "goes in backquotes"},
    {"did 15d", 1, 5, "an event's name is expected", "like purchase"},
    {"did (follow and friend_add)", 1, 13, "\"or\" or \")\" is expected", "for both: did A"},
    {"did (follow, friend_add)", 1, 12, "\"or\" or \")\" is expected", "like (follow or friend_add)"},
    {"did (review(score >= 4) or share)", 1, 12, "\"or\" or \")\" is expected", "tests come behind the list"},
    {"purchase in 30d", 1, 1, "a condition is expected, not \"purchase\"", "write did purchase"},
    {"purchse", 1, 1, "a condition is expected", "write did purchase"},
    {"`my event` in 3d", 1, 1, "a condition is expected", "write did my event"},
    {"dd purchase", 1, 1, "a condition is expected", "did you mean did?"},
    {"DID purchase", 1, 1, "a condition is expected", "did you mean did?"},

    /* statuses */
    {"is purchase", 1, 4, "purchase is no status", "statuses: follow"},
    {"is unfollow", 1, 4, "unfollow is no status", "write not is follow"},
    {"is member_quit", 1, 4, "member_quit is no status", "write not is member_join"},
    {"is folow", 1, 4, "unknown event \"folow\"", "did you mean follow?"},
    {"is follow in 15d", 1, 11, "and, or, or the end", "a status has none"},
    {"is follow >= 2", 1, 11, "and, or, or the end", "a status has none"},

    /* windows and counts */
    {"did purchase in 15", 1, 17, "a span of days is expected", "write 15d"},
    {"did purchase in 2w", 1, 17, "\"2w\" is no number", "14d"},
    {"did purchase in 1y", 1, 17, "\"1y\" is no number", "365d"},
    {"did purchase in 3m", 1, 17, "\"3m\" is no number", "90d"},
    {"did purchase in 15天", 1, 17, "\"15天\" is no number", "like 15d"},
    {"did purchase in 15days", 1, 17, "\"15days\" is no number", "like 15d"},
    {"did purchase in 0d", 1, 17, "a span is 1d to", "today alone is 1d"},
    {"did purchase in -3d", 1, 17, "a span is 1d to", "today alone is 1d"},
    {"did purchase in 1.5d", 1, 17, "a span is 1d to", "today alone is 1d"},
    {"did purchase in 99999d", 1, 17, "a span is 1d to", "for ever"},
    {"did purchase 30d", 1, 14, "and, or, or the end", "write in 30d"},
    {"did purchase within 30d", 1, 14, "and, or, or the end", "written in 15d"},
    {"did purchase 2", 1, 14, "and, or, or the end", "a count is written >= 2"},
    {"did purchase >= 2d", 1, 17, "a count is expected", "for distinct days write: 2 days"},
    {"did purchase >= 2 day", 1, 19, "not understood behind a count", "write days"},
    {"did purchase >= 2 times", 1, 19, "not understood behind a count", "leave it out"},
    {"did purchase >= 1.5", 1, 17, "a count is a whole number", "like >= 2"},
    {"did purchase >= -1", 1, 17, "a count is a whole number", "like >= 2"},
    {"did purchase >= 9999999", 1, 17, "a count is a whole number", "like >= 2"},
    {"did purchase >= two", 1, 17, "a count is a whole number", "like >= 2"},
    {"did purchase >= 2 in 365d", 1, 19, "the span stands before the count", "in 365d >= 2"},
    {"did purchase in 30d >= 2 >= 3", 1, 26, "and, or, or the end", "one count for each did"},
    {"did (purchase or review) in 30d >= 2", 1, 5, "purchase counts orders", "one by one"},

    /* tests */
    {"did review(scor >= 4)", 1, 12, "a field is expected", "did you mean score?"},
    {"did review(stars >= 4)", 1, 12, "a field is expected", "fields: amount"},
    {"did purchase(price > 1)", 1, 14, "a field is expected", "fields: amount"},
    {"did review(score >= \"4\")", 1, 21, "score is compared with a number", "leave the quotes out"},
    {"did review(score >= high)", 1, 21, "score is compared with a number", "like score >= 4"},
    {"did review(score in (4, 5))", 1, 18, "score is a number", "like score >= 4"},
    {"did purchase(amount >= 9.999)", 1, 24, "amount has at most 2 decimals", "round it: 10.00"},
    {"did purchase(item = 5)", 1, 21, "item is compared with a text", "double quotes"},
    {"did purchase(item >= \"5\")", 1, 19, "it has no order", "use =, != or in"},
    {"did purchase(channel = \"tmal\")", 1, 24, "unknown channel", "did you mean \"tmall\"?"},
    {"did purchase(channel in \"tmall\")", 1, 25, "\"(\" is expected behind in", "like channel in"},
    {"did purchase(channel in (\"tmall\" \"jd\"))", 1, 34, "\",\" or \")\"", "like channel in"},
    {"did purchase(amount >= 1 and item = \"x\")", 1, 26, "\",\" or \")\" is expected", "divided by commas"},
    {"did purchase(item = \"x\" or item = \"y\")", 1, 25, "\",\" or \")\" is expected", "for either"},
    {"did purchase()", 1, 14, "a field is expected", "fields: amount"},
    {"did review in 365d (score >= 4)", 1, 20, "and, or, or the end", "tests stand at once behind"},

    /* joining and characters */
    {"did purchase did review", 1, 14, "and, or, or the end", "join conditions"},
    {"did purchase adn did review", 1, 14, "and, or, or the end", "did you mean and?"},
    {"did purchase AND did review", 1, 14, "and, or, or the end", "did you mean and?"},
    {"did purchase, did review", 1, 13, "and, or, or the end", "joined by and, or"},
    {"did purchase)", 1, 13, "this ) closes nothing", "leave it out"},
    {"(did purchase nd did review)", 1, 15, "\")\" is expected", "did you mean and?"},
    {"did purchase && did review", 1, 14, "\"&&\" is not understood", "write and"},
    {"did purchase || did review", 1, 14, "\"||\" is not understood", "write or"},
    {"!did purchase", 1, 1, "\"!\" is not understood", "write not"},
    {"did purchase == 2", 1, 14, "\"==\" is not understood", "write ="},
    {"did purchase <> 2", 1, 14, "\"<>\" is not understood", "write !="},
    {"did purchase => 2", 1, 14, "\"=>\" is not understood", "write >="},
    {"did purchase(item = 'x')", 1, 21, "is not understood", "write \""},
    {"did purchase(item = \"a\\n\")", 1, 23, "a backslash inside a text", "\\\" is a quote"},
    {"did purchase # twice", 1, 14, "\"#\" is not understood", "in backquotes"},
    {"did $pageview", 1, 5, "\"$\" is not understood", "in backquotes"},
    {"did purchase in 30d;", 1, 20, "\";\" is not understood", "write and"},
    {"did purchase\n  and did revew", 2, 11, "unknown event \"revew\"", "did you mean review?"},
    {"did 购买a\nor", 2, 3, "a condition is expected", "a condition is did"},
};
/* clang-format on */
#define WRONGS (sizeof(wrongs) / sizeof(wrongs[0]))

static void check_wrong(const struct wrong *w)
{
    struct catalogue *c = catalogue_new();
    struct arena *a = arena_new();
    struct question *rule = NULL;
    struct question_error at = {0};
    struct who_names n = {.catalogue = c, .rules_only = true};
    struct err e = {0};
    enum rc rc = question_parse(str_of(w->rule), &n, a, &rule, &at, &e);
    bool ok = rc == RC_INVALID && e.rc == RC_INVALID && rule == NULL && at.line == w->line &&
              at.column == w->column && strstr(e.msg, w->msg) && strstr(e.hint, w->hint);
    if (!CHECK(ok)) {
        printf("#   rule: %s\n#   rc %d at %u:%u  want %u:%u\n#   msg:  %s\n#   hint: %s\n",
               w->rule, (int)rc, at.line, at.column, w->line, w->column, e.msg, e.hint);
    }
    arena_free(a);
    catalogue_free(c);
}

static enum rc parse_long(struct str text)
{
    struct catalogue *c = catalogue_new();
    struct arena *a = arena_new();
    struct question *rule = NULL;
    struct who_names n = {.catalogue = c, .rules_only = true};
    struct err e = {0};
    enum rc rc = question_parse(text, &n, a, &rule, NULL, &e);
    CHECK(rc == RC_OK || (e.rc == rc && e.msg[0] && e.hint[0]));
    arena_free(a);
    catalogue_free(c);
    return rc;
}

static void test_limits(void)
{
    static char text[70000];
    memset(text, '(', 70000);
    CHECK_EQ_I64(parse_long(str_make(text, 70000)), RC_TOO_LARGE);
    CHECK_EQ_I64(parse_long(str_make(text, 60000)), RC_TOO_LARGE);
    memset(text, ' ', 65536);
    CHECK_EQ_I64(parse_long(str_make(text, 65536)), RC_INVALID);
    CHECK_EQ_I64(parse_long(str_make("did \xff\xfe", 6)), RC_INVALID);
    CHECK_EQ_I64(parse_long(str_make("did a\0b", 7)), RC_INVALID);
    size_t len = 0;
    for (int i = 0; i < 63; i++) {
        text[len++] = '(';
    }
    len += (size_t)snprintf(text + len, 100, "did purchase");
    for (int i = 0; i < 63; i++) {
        text[len++] = ')';
    }
    CHECK_EQ_I64(parse_long(str_make(text, len)), RC_OK);
}

int main(void)
{
    TEST("every wrong rule is refused with place, message and hint") {
        CHECK(WRONGS >= 60);
        for (size_t i = 0; i < WRONGS; i++) {
            check_wrong(&wrongs[i]);
        }
    }
    TEST("length and depth are limited") {
        test_limits();
    }
    return tap_end();
}
