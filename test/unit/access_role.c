/* Who may do what: the table of roles and rights, as wanted, cell by cell. */
#include "access/access.h"
#include "tap.h"

/* One line a right: owner, operator, analyst, store, write key. */
static const struct {
    const char *perm;
    const char *may;
} wanted[] = {
    {"access.read", "o...."},  {"access.write", "o...."},  {"audit.read", "oO..."},
    {"brand.create", "o...."}, {"consumer.read", "oOas."}, {"consumer.write", "oO..."},
    {"crowd.export", "oO..."}, {"crowd.read", "oOa.."},    {"crowd.write", "oOa.."},
    {"data.backup", "oO..."},  {"data.import", "oO..."},   {"data.read", "oOa.."},
    {"data.restore", "o...."}, {"data.write", "oO..."},    {"event.read", "oOa.."},
    {"event.write", "oO..w"},  {"events.read", "oOa.."},   {"identity.read", "oO..."},
    {"job.read", "oOa.."},     {"job.write", "oO..."},     {"live.read", "oOa.."},
    {"metrics.read", "oO..."}, {"model.read", "oOa.."},    {"model.write", "oO..."},
    {"public", "oOasw"},       {"report.read", "oOa.."},   {"report.write", "oOa.."},
    {"rules.read", "oOa.."},   {"rules.write", "oO..."},   {"sample", "o...."},
    {"serve", "o...."},        {"tag.read", "oOa.."},      {"tag.write", "oO.s."},
    {"who.read", "oOa.."},
};
#define WANTED (sizeof(wanted) / sizeof(*wanted))

static void test_matrix(void)
{
    static const struct principal who[] = {
        {.kind = PRINCIPAL_USER, .role = ROLE_OWNER},
        {.kind = PRINCIPAL_USER, .role = ROLE_OPERATOR},
        {.kind = PRINCIPAL_USER, .role = ROLE_ANALYST},
        {.kind = PRINCIPAL_USER, .role = ROLE_STORE},
        {.kind = PRINCIPAL_WRITE_KEY, .role = ROLE_NONE},
    };
    TEST("every role holds exactly its rights") {
        for (size_t i = 0; i < WANTED; i++) {
            for (size_t w = 0; w < 5; w++) {
                bool may = wanted[i].may[w] != '.';
                if (!CHECK(principal_may(&who[w], wanted[i].perm) == may)) {
                    printf("#   %s, column %zu\n", wanted[i].perm, w);
                }
            }
        }
    }
    TEST("an operator key may what a user of its role may") {
        for (size_t i = 0; i < WANTED; i++) {
            for (size_t w = 0; w < 4; w++) {
                struct principal key = {.kind = PRINCIPAL_OPERATOR_KEY, .role = who[w].role};
                CHECK(principal_may(&key, wanted[i].perm) ==
                      principal_may(&who[w], wanted[i].perm));
            }
        }
    }
    TEST("the list of rights is the wanted one, in order") {
        const struct right *r = right_list();
        size_t n = 0;
        for (; r[n].name && n < WANTED; n++) {
            CHECK_CSTR(r[n].name, wanted[n].perm);
            CHECK(r[n].help && r[n].help_zh);
        }
        CHECK(n == WANTED && !r[n].name);
    }
    TEST("a role's rights are in the list, or cover some of it") {
        for (int role = ROLE_OPERATOR; role <= ROLE_STORE; role++) {
            for (const char *const *held = role_rights((enum role)role); *held; held++) {
                size_t len = strlen(*held), covered = 0;
                bool all = (*held)[len - 1] == '*';
                for (const struct right *r = right_list(); r->name; r++) {
                    covered += all ? strncmp(r->name, *held, len - 1) == 0
                                   : strcmp(r->name, *held) == 0;
                }
                if (!CHECK(covered > 0)) {
                    printf("#   %s\n", *held);
                }
            }
        }
    }
}

static void test_edges(void)
{
    struct principal nobody = {0}, local = principal_local(),
                     bare = {.kind = PRINCIPAL_OPERATOR_KEY, .role = ROLE_NONE},
                     strange = {.kind = (enum principal_kind)77, .role = ROLE_OWNER},
                     owner = {.kind = PRINCIPAL_USER, .role = ROLE_OWNER},
                     store = {.kind = PRINCIPAL_USER, .role = ROLE_STORE};
    TEST("nobody holds what is public and nothing else") {
        CHECK(principal_may(&nobody, "public"));
        CHECK(principal_may(NULL, "public"));
        CHECK(!principal_may(&nobody, "report.read"));
        CHECK(!principal_may(NULL, "event.write"));
    }
    TEST("the command line holds all; a key without a role, or of no kind, nothing") {
        CHECK(principal_may(&local, "access.write"));
        CHECK(principal_may(&local, "whatever"));
        CHECK(!principal_may(&bare, "report.read"));
        CHECK(!principal_may(&strange, "report.read"));
    }
    TEST("a right that no role names is the owner's; no right at all is nobody's") {
        CHECK(principal_may(&owner, "points.write"));
        CHECK(!principal_may(&store, "points.write"));
        CHECK(!principal_may(&store, "consumer.reads"));
        CHECK(!principal_may(&store, "consumer"));
        CHECK(!principal_may(&store, ""));
        CHECK(!principal_may(&owner, NULL));
    }
    TEST("roles have names that parse back, and nothing else does") {
        enum role r = ROLE_NONE;
        for (int i = ROLE_OWNER; i <= ROLE_STORE; i++) {
            CHECK(role_parse(str_of(role_name((enum role)i)), &r) && (int)r == i);
        }
        CHECK(!role_parse(STR("none"), &r));
        CHECK(!role_parse(STR("Owner"), &r));
        CHECK(!role_parse(STR_NULL, &r));
        CHECK_CSTR(role_name((enum role)99), "none");
    }
    TEST("principals are named with kind, number and name") {
        struct arena *a = arena_new();
        struct principal key = {.kind = PRINCIPAL_WRITE_KEY, .id = 3, .name = STR("shop")};
        struct principal user = {.kind = PRINCIPAL_USER, .id = 1, .name = STR("林")};
        CHECK_STR(principal_text(&key, a), STR("key:3 shop"));
        CHECK_STR(principal_text(&user, a), STR("user:1 林"));
        CHECK_STR(principal_text(&local, a), STR("local"));
        CHECK_STR(principal_text(NULL, a), STR("nobody"));
        arena_free(a);
    }
}

int main(void)
{
    test_matrix();
    test_edges();
    return tap_end();
}
