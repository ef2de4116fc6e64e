/* Users, their passwords, sessions, the throttle, the first owner's link. */
#include <sys/wait.h>
#include <time.h>

#include "unit/access_ledger.h"
#include "wire/password.h"

#define GOOD STR("correct horse")
#define OTHER STR("battery staple")
#define MINUTE 60000
#define HOUR (60 * (int64_t)MINUTE)

static enum rc make_user(struct access_ledger *x, struct str name, struct str password,
                         enum role role)
{
    struct access_user u;
    struct access_password *p = NULL;
    enum rc rc = access_password_new(name, password, x->a, &p, &x->e);
    return rc ? rc : access_user_make(x->l, &x->by, name, p, role, &x->clock, x->a, &u, &x->e);
}

static enum rc set_password(struct access_ledger *x, struct str name, struct str password)
{
    struct access_password *p = NULL;
    enum rc rc = access_password_new(name, password, x->a, &p, &x->e);
    return rc ? rc : access_user_set_password(x->l, &x->by, name, p, &x->clock, &x->e);
}

static enum rc login(struct access_ledger *x, struct str name, struct str password,
                     struct str address, struct str *token)
{
    struct principal p;
    struct str own;
    return access_login(x->l, name, password, address, &x->clock, x->a, &p,
                        token ? token : &own, &x->e);
}

static uint32_t users(struct access_ledger *x, struct access_user **list)
{
    uint32_t len = 0;
    CHECK(access_user_list(x->l, x->a, list, &len, &x->e) == RC_OK);
    return len;
}

static int64_t count(struct access_ledger *x, const char *text)
{
    struct sql sql = {"count", text, NULL};
    struct ledger *l = access_ledger_open(x->path, LEDGER_READ);
    int64_t n = -1;
    CHECK(ledger_get_i64(l, &sql, BINDS_NONE, &n, NULL, &x->e) == RC_OK);
    ledger_close(l);
    return n;
}

/* ---- Passwords ---- */

static double cpu_s(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static double best_of(struct str encoded, struct str password)
{
    double best = 1e9;
    for (int i = 0; i < 5; i++) {
        double from = cpu_s();
        CHECK(!password_fits(encoded, password));
        best = cpu_s() - from < best ? cpu_s() - from : best;
    }
    return best;
}

static void test_password(void)
{
    struct arena *a = arena_new();
    struct str one = STR_NULL, two = STR_NULL;
    struct err e;
    char longest[201];
    memset(longest, 'x', sizeof(longest));
    TEST("a password fits its own hash and no other's, salted anew each time") {
        CHECK(password_hash(GOOD, a, &one, &e) == RC_OK);
        CHECK(password_hash(GOOD, a, &two, &e) == RC_OK);
        CHECK(str_starts(one, STR("$argon2id$v=19$m=19456,t=2,p=1$")));
        CHECK(!str_eq(one, two));
        CHECK(password_fits(one, GOOD));
        CHECK(password_fits(two, GOOD));
        CHECK(!password_fits(one, STR("correct horsf")));
        CHECK(!password_fits(one, STR("correct hors")));
    }
    TEST("lengths are 10 to 200 bytes") {
        CHECK(password_hash(STR("123456789"), a, &two, &e) == RC_INVALID);
        CHECK(password_hash(str_make(longest, 201), a, &two, &e) == RC_INVALID);
        CHECK(password_hash(str_make(longest, 200), a, &two, &e) == RC_OK);
        CHECK(password_fits(two, str_make(longest, 200)));
        CHECK(!password_fits(two, str_make(longest, 201)));
        CHECK(password_hash(STR("\xe6\xb1\xa0\xe5\xa1\x98\xe5\xbe\x88\xe6\xb7\xb1"), a, &two,
                            &e) == RC_OK);
    }
    TEST("what is no hash fits nothing") {
        CHECK(!password_fits(STR("$argon2id$"), GOOD));
        CHECK(!password_fits(STR(""), GOOD));
        CHECK(!password_fits(STR_NULL, STR("out of bounds")));
        CHECK(!password_fits(str_make(longest, 201), GOOD));
        CHECK(!password_fits(str_slice(one, 0, one.len - 1), GOOD));
    }
    TEST("nobody's password takes the time of somebody's") {
        double known = best_of(one, OTHER), unknown = best_of(STR_NULL, OTHER),
               bad = best_of(one, STR("short"));
        printf("# a check takes %.1f ms of the processor, %.1f for an unknown name\n",
               known * 1e3, unknown * 1e3);
        CHECK(unknown > known / 4 && bad > known / 4); /* far from the nothing of a short cut */
    }
    arena_free(a);
}

/* ---- Users ---- */

static void test_make(void)
{
    struct access_ledger x;
    struct access_user *list = NULL;
    access_ledger_init(&x);
    TEST("a user is made with name, role and a hash only") {
        CHECK(make_user(&x, STR("Lin"), GOOD, ROLE_OWNER) == RC_OK);
        CHECK_EQ_I64(users(&x, &list), 1);
        CHECK_STR(list[0].name, STR("Lin"));
        CHECK(list[0].role == ROLE_OWNER && list[0].made_ms == 1800000000000);
        CHECK(!list[0].seen_ms && !list[0].disabled_ms);
        CHECK_EQ_I64(count(&x, "select count(*) from access_user"
                               " where password like '$argon2id$%'"),
                     1);
    }
    TEST("names are taken once, in either case") {
        CHECK(make_user(&x, STR("lin"), GOOD, ROLE_STORE) == RC_CONFLICT);
        CHECK(make_user(&x, STR("LIN"), GOOD, ROLE_STORE) == RC_CONFLICT);
        CHECK(make_user(&x, STR("王"), GOOD, ROLE_STORE) == RC_OK);
    }
    TEST("bad names, roles and passwords are refused") {
        CHECK(make_user(&x, STR(""), GOOD, ROLE_STORE) == RC_INVALID);
        CHECK(make_user(&x, STR("12"), GOOD, ROLE_STORE) == RC_INVALID);
        CHECK(make_user(&x, STR("a\tb"), GOOD, ROLE_STORE) == RC_INVALID);
        CHECK(make_user(&x, STR("new"), GOOD, ROLE_NONE) == RC_INVALID);
        CHECK(make_user(&x, STR("new"), STR("123456789"), ROLE_STORE) == RC_INVALID);
        CHECK(make_user(&x, STR("newcomer-2026"), STR("NewComer-2026"), ROLE_STORE) ==
              RC_INVALID);
        CHECK_EQ_I64(users(&x, &list), 2);
    }
    TEST("the last owner stays one") {
        CHECK(access_user_disable(x.l, &x.by, STR("lin"), &x.clock, &x.e) == RC_CONFLICT);
        CHECK(access_user_set_role(x.l, &x.by, STR("lin"), ROLE_ANALYST, &x.clock, &x.e) ==
              RC_CONFLICT);
        CHECK(access_user_set_role(x.l, &x.by, STR("lin"), ROLE_OWNER, &x.clock, &x.e) ==
              RC_OK);
        CHECK(access_user_set_role(x.l, &x.by, STR("王"), ROLE_OWNER, &x.clock, &x.e) == RC_OK);
        CHECK(access_user_disable(x.l, &x.by, STR("LIN"), &x.clock, &x.e) == RC_OK);
        CHECK(access_user_disable(x.l, &x.by, STR("王"), &x.clock, &x.e) == RC_CONFLICT);
    }
    TEST("who is disabled is no user in force; the name may be given again") {
        CHECK(access_user_disable(x.l, &x.by, STR("lin"), &x.clock, &x.e) == RC_MISSING);
        CHECK(access_user_set_role(x.l, &x.by, STR("lin"), ROLE_STORE, &x.clock, &x.e) ==
              RC_MISSING);
        CHECK(set_password(&x, STR("lin"), GOOD) == RC_MISSING);
        CHECK(login(&x, STR("lin"), GOOD, STR_NULL, NULL) == RC_DENIED);
        CHECK(make_user(&x, STR("lin"), OTHER, ROLE_STORE) == RC_OK);
        CHECK(users(&x, &list) == 3 && list[2].id == 3 && list[0].disabled_ms);
    }
    access_ledger_release(&x);
}

static void test_audited(void)
{
    static const char *const wanted[] = {"user.make", "user.make",     "login",
                                         "login",     "user.password", "logout",
                                         "user.role", "user.disable"};
    struct access_ledger x;
    struct audit_entry *list = NULL;
    struct str token = STR_NULL;
    struct audit_verdict v;
    uint32_t len = 0;
    access_ledger_init(&x);
    CHECK(make_user(&x, STR("lin"), GOOD, ROLE_OWNER) == RC_OK);
    CHECK(make_user(&x, STR("bo"), GOOD, ROLE_OWNER) == RC_OK);
    CHECK(login(&x, STR("lin"), GOOD, STR("10.1.1.1"), &token) == RC_OK);
    CHECK(login(&x, STR("my secret word"), OTHER, STR("10.1.1.2"), NULL) == RC_DENIED);
    CHECK(set_password(&x, STR("bo"), OTHER) == RC_OK);
    CHECK(access_logout(x.l, token, &x.clock, &x.e) == RC_OK);
    CHECK(access_logout(x.l, token, &x.clock, &x.e) == RC_OK);
    CHECK(access_user_set_role(x.l, &x.by, STR("bo"), ROLE_STORE, &x.clock, &x.e) == RC_OK);
    CHECK(access_user_disable(x.l, &x.by, STR("bo"), &x.clock, &x.e) == RC_OK);
    TEST("each change and each attempt is in the audit trail, once") {
        CHECK(audit_list(x.l, &(struct audit_filter){.before = 0, .limit = 100}, x.a, &list,
                         &len, &x.e) == RC_OK);
        CHECK_EQ_I64(len, 8);
        for (uint32_t i = 0; i < len && i < 8; i++) {
            CHECK_STR(list[len - 1 - i].action, str_of(wanted[i]));
        }
        CHECK(audit_verify(x.l, STR_NULL, &v, &x.e) == RC_OK && !v.broken);
    }
    TEST("a log-in tells who and from where, a refused one never what was typed") {
        CHECK_STR(list[5].who, STR("user:1 lin"));
        CHECK_STR(list[5].address, STR("10.1.1.1"));
        CHECK_STR(list[5].outcome, STR("ok"));
        CHECK_STR(list[4].who, STR("nobody"));
        CHECK_STR(list[4].address, STR("10.1.1.2"));
        CHECK_STR(list[4].outcome, STR("denied"));
        CHECK_STR(list[4].detail, STR("{\"unknown\":true}"));
    }
    access_ledger_release(&x);
}

/* ---- Sessions ---- */

static struct access_table *table_of(struct access_ledger *x)
{
    struct access_table *t = NULL;
    CHECK(access_table_new(x->l, &x->clock, &t, &x->e) == RC_OK);
    return t;
}

static bool holds(struct access_ledger *x, struct access_table *t, struct str token)
{
    struct principal p;
    CHECK(access_table_refresh(t, x->l, &x->e) == RC_OK);
    return access_table_session(t, token, &p);
}

static void test_sessions(void)
{
    struct access_ledger x;
    struct str token = STR_NULL, second = STR_NULL;
    struct principal p;
    access_ledger_init(&x);
    struct access_table *t = table_of(&x);
    CHECK(make_user(&x, STR("lin"), GOOD, ROLE_OWNER) == RC_OK);
    CHECK(make_user(&x, STR("bo"), GOOD, ROLE_OPERATOR) == RC_OK);
    TEST("logging in gives a session of the user, in the case the name was made in") {
        CHECK(access_login(x.l, STR("LIN"), GOOD, STR("::1"), &x.clock, x.a, &p, &token,
                           &x.e) == RC_OK);
        CHECK(p.kind == PRINCIPAL_USER && p.role == ROLE_OWNER && p.id == 1);
        CHECK_STR(p.name, STR("lin"));
        CHECK_STR(p.address, STR("::1"));
        CHECK_EQ_I64(token.len, 43);
        CHECK(holds(&x, t, token));
        CHECK(access_table_session(t, token, &p) && p.id == 1 && p.role == ROLE_OWNER);
        CHECK(!access_table_key(t, token, &p));
    }
    TEST("wrong passwords and unknown names are refused in the same words") {
        struct err wrong;
        CHECK(login(&x, STR("lin"), OTHER, STR("::1"), NULL) == RC_DENIED);
        wrong = x.e;
        CHECK(login(&x, STR("nobody"), OTHER, STR("::1"), NULL) == RC_DENIED);
        CHECK_CSTR(x.e.msg, wrong.msg);
        CHECK_CSTR(x.e.hint, wrong.hint);
    }
    TEST("a role given later counts in an open session") {
        CHECK(login(&x, STR("bo"), GOOD, STR("::1"), &second) == RC_OK);
        CHECK(access_user_set_role(x.l, &x.by, STR("bo"), ROLE_STORE, &x.clock, &x.e) == 0);
        CHECK(holds(&x, t, second));
        CHECK(access_table_session(t, second, &p) && p.role == ROLE_STORE);
    }
    TEST("logging out, a new password and disabling end sessions") {
        CHECK(access_logout(x.l, second, &x.clock, &x.e) == RC_OK);
        CHECK(!holds(&x, t, second));
        CHECK(login(&x, STR("bo"), GOOD, STR("::1"), &second) == RC_OK);
        CHECK(holds(&x, t, second));
        CHECK(set_password(&x, STR("bo"), OTHER) == RC_OK);
        CHECK(!holds(&x, t, second));
        CHECK(login(&x, STR("bo"), GOOD, STR("::1"), NULL) == RC_DENIED);
        CHECK(login(&x, STR("bo"), OTHER, STR("::1"), &second) == RC_OK);
        CHECK(access_user_disable(x.l, &x.by, STR("bo"), &x.clock, &x.e) == RC_OK);
        CHECK(!holds(&x, t, second));
        CHECK(holds(&x, t, token));
    }
    access_table_free(t);
    access_ledger_release(&x);
}

/* A log-in and a change of the own password look at the old one while others may use the ledger. */
static void test_meanwhile(void)
{
    struct access_ledger x;
    struct str token = STR_NULL;
    struct principal p;
    struct login_attempt *t = NULL;
    struct access_password *fresh = NULL;
    struct str third = STR("third of them");
    access_ledger_init(&x);
    CHECK(make_user(&x, STR("lin"), GOOD, ROLE_OWNER) == RC_OK);
    CHECK(access_password_new(STR("lin"), third, x.a, &fresh, &x.e) == RC_OK);
    TEST("a user sets a new password with the old one, all sessions end and one begins") {
        CHECK(access_login_begin(x.l, STR("lin"), STR("::1"), &x.clock, x.a, &t, &x.e) == 0);
        CHECK(access_login_look(t, GOOD));
        CHECK(access_login_change(x.l, t, fresh, &x.clock, x.a, &p, &token, &x.e) == RC_OK);
        CHECK_EQ_I64(count(&x, "select count(*) from access_session"), 1);
        CHECK(login(&x, STR("lin"), third, STR_NULL, NULL) == RC_OK);
    }
    TEST("one who does not know the old one sets nothing") {
        CHECK(access_login_begin(x.l, STR("lin"), STR("::1"), &x.clock, x.a, &t, &x.e) == 0);
        CHECK(!access_login_look(t, GOOD));
        CHECK(access_login_change(x.l, t, NULL, &x.clock, x.a, &p, &token, &x.e) == RC_DENIED);
    }
    TEST("a password that was set anew meanwhile is neither let in by the old one nor undone") {
        struct login_attempt *other = NULL;
        CHECK(access_login_begin(x.l, STR("lin"), STR("::1"), &x.clock, x.a, &t, &x.e) == 0);
        CHECK(access_login_begin(x.l, STR("lin"), STR("::1"), &x.clock, x.a, &other, &x.e) ==
              0);
        CHECK(access_login_look(t, third) && access_login_look(other, third));
        CHECK(set_password(&x, STR("lin"), OTHER) == RC_OK);
        CHECK(access_login_change(x.l, t, fresh, &x.clock, x.a, &p, &token, &x.e) == RC_DENIED);
        CHECK(access_login_end(x.l, other, &x.clock, x.a, &p, &token, &x.e) == RC_DENIED);
        CHECK_EQ_I64(count(&x, "select count(*) from access_session"), 0);
        CHECK(login(&x, STR("lin"), OTHER, STR_NULL, NULL) == RC_OK);
    }
    TEST("who is disabled meanwhile sets nothing") {
        CHECK(make_user(&x, STR("bo"), GOOD, ROLE_STORE) == RC_OK);
        CHECK(access_login_begin(x.l, STR("bo"), STR("::1"), &x.clock, x.a, &t, &x.e) == 0);
        CHECK(access_login_look(t, GOOD));
        CHECK(access_user_disable(x.l, &x.by, STR("bo"), &x.clock, &x.e) == RC_OK);
        CHECK(access_login_change(x.l, t, fresh, &x.clock, x.a, &p, &token, &x.e) == RC_DENIED);
        CHECK(login(&x, STR("bo"), third, STR_NULL, NULL) == RC_DENIED);
    }
    access_ledger_release(&x);
}

static void test_expiry(void)
{
    struct access_ledger x;
    struct str token = STR_NULL, idle = STR_NULL;
    struct principal p;
    access_ledger_init(&x);
    CHECK(make_user(&x, STR("lin"), GOOD, ROLE_OWNER) == RC_OK);
    CHECK(login(&x, STR("lin"), GOOD, STR_NULL, &token) == RC_OK);
    CHECK(login(&x, STR("lin"), GOOD, STR_NULL, &idle) == RC_OK);
    struct access_table *t = table_of(&x);
    TEST("a session ends 12 hours after its last use, to the millisecond") {
        x.clock.fixed_ms += 12 * HOUR - 1;
        CHECK(access_table_session(t, token, &p));
        x.clock.fixed_ms += 1;
        CHECK(!access_table_session(t, idle, &p));
        CHECK(access_table_session(t, token, &p));
    }
    TEST("use counts across refreshes and, when saved, across restarts") {
        x.clock.fixed_ms += 11 * HOUR;
        CHECK(access_table_session(t, token, &p));
        CHECK(access_table_save_used(t, x.l, &x.e) == RC_OK);
        x.clock.fixed_ms += 11 * HOUR;
        struct access_table *other = table_of(&x);
        CHECK(access_table_session(other, token, &p));
        access_table_free(other);
        CHECK(make_user(&x, STR("bo"), GOOD, ROLE_STORE) == RC_OK);
        CHECK(holds(&x, t, token));
    }
    TEST("seven days after it was made it ends, however much it was used") {
        while (x.clock.fixed_ms < 1800000000000 + 7 * 24 * HOUR - 2 * HOUR) {
            x.clock.fixed_ms += HOUR;
            CHECK(access_table_session(t, token, &p));
        }
        x.clock.fixed_ms = 1800000000000 + 7 * 24 * HOUR - 1;
        CHECK(access_table_session(t, token, &p));
        x.clock.fixed_ms += 1;
        CHECK(!access_table_session(t, token, &p));
        CHECK(access_table_save_used(t, x.l, &x.e) == RC_OK);
    }
    TEST("those that ended are swept at the next log-in") {
        CHECK_EQ_I64(count(&x, "select count(*) from access_session"), 2);
        CHECK(login(&x, STR("lin"), GOOD, STR_NULL, NULL) == RC_OK);
        CHECK_EQ_I64(count(&x, "select count(*) from access_session"), 1);
    }
    access_table_free(t);
    access_ledger_release(&x);
}

static void test_session_cap(void)
{
    struct access_ledger x;
    struct str first = STR_NULL, last = STR_NULL;
    access_ledger_init(&x);
    CHECK(make_user(&x, STR("lin"), GOOD, ROLE_OWNER) == RC_OK);
    CHECK(login(&x, STR("lin"), GOOD, STR_NULL, &first) == RC_OK);
    for (int i = 0; i < 20; i++) {
        x.clock.fixed_ms += 1000;
        CHECK(login(&x, STR("lin"), GOOD, STR_NULL, &last) == RC_OK);
    }
    struct access_table *t = table_of(&x);
    TEST("a user has twenty sessions, the longest unused goes") {
        struct principal p;
        CHECK_EQ_I64(count(&x, "select count(*) from access_session"), 20);
        CHECK(!access_table_session(t, first, &p));
        CHECK(access_table_session(t, last, &p));
    }
    access_table_free(t);
    access_ledger_release(&x);
}

/* ---- The throttle ---- */

static void fail_times(struct access_ledger *x, int n, struct str name, struct str address)
{
    for (int i = 0; i < n; i++) {
        x->clock.fixed_ms += 1;
        CHECK(login(x, name, OTHER, address, NULL) == RC_DENIED);
    }
}

static void test_throttle(void)
{
    struct access_ledger x;
    access_ledger_init(&x);
    CHECK(make_user(&x, STR("lin"), GOOD, ROLE_OWNER) == RC_OK);
    CHECK(make_user(&x, STR("bo"), GOOD, ROLE_STORE) == RC_OK);
    TEST("ten failures of a name from anywhere stop it, with the right password too") {
        for (int i = 0; i < 10; i++) {
            fail_times(&x, 1, i % 2 ? STR("lin") : STR("LIN"), arena_strf(x.a, "10.0.0.%d", i));
        }
        CHECK(login(&x, STR("lin"), GOOD, STR("10.9.9.9"), NULL) == RC_BUSY);
        CHECK(strstr(x.e.hint, "15 minutes") != NULL);
        CHECK(login(&x, STR("bo"), GOOD, STR("10.9.9.9"), NULL) == RC_OK);
    }
    TEST("fifteen minutes later it may try again; being refused did not count") {
        for (int i = 0; i < 30; i++) {
            CHECK(login(&x, STR("lin"), OTHER, STR("10.9.9.9"), NULL) == RC_BUSY);
        }
        x.clock.fixed_ms += 15 * MINUTE - 10;
        CHECK(login(&x, STR("lin"), GOOD, STR("10.9.9.9"), NULL) == RC_BUSY);
        x.clock.fixed_ms += 10;
        CHECK(login(&x, STR("lin"), GOOD, STR("10.9.9.9"), NULL) == RC_OK);
    }
    TEST("a new password forgets the failures of the name") {
        x.clock.fixed_ms += HOUR;
        fail_times(&x, 10, STR("lin"), STR("10.0.0.1"));
        CHECK(login(&x, STR("lin"), GOOD, STR("10.0.0.2"), NULL) == RC_BUSY);
        CHECK(set_password(&x, STR("lin"), GOOD) == RC_OK);
        CHECK(login(&x, STR("lin"), GOOD, STR("10.0.0.2"), NULL) == RC_OK);
    }
    access_ledger_release(&x);
}

static void test_throttle_address(void)
{
    struct access_ledger x;
    access_ledger_init(&x);
    CHECK(make_user(&x, STR("lin"), GOOD, ROLE_OWNER) == RC_OK);
    CHECK(make_user(&x, STR("bo"), GOOD, ROLE_STORE) == RC_OK);
    TEST("ten failures from an address stop it for every name") {
        for (int i = 0; i < 10; i++) {
            fail_times(&x, 1, arena_strf(x.a, "guess-%d", i), STR("10.0.0.1"));
        }
        CHECK(login(&x, STR("lin"), GOOD, STR("10.0.0.1"), NULL) == RC_BUSY);
        CHECK(login(&x, STR("lin"), GOOD, STR("::ffff:10.0.0.1"), NULL) == RC_BUSY);
        CHECK(login(&x, STR("lin"), GOOD, STR("10.0.0.2"), NULL) == RC_OK);
    }
    TEST("IPv6 addresses count by their /64") {
        for (int i = 0; i < 10; i++) {
            fail_times(&x, 1, arena_strf(x.a, "six-%d", i),
                       arena_strf(x.a, "2001:db8:0:1::%x", i + 1));
        }
        CHECK(login(&x, STR("lin"), GOOD, STR("2001:db8:0:1:ffff::9"), NULL) == RC_BUSY);
        CHECK(login(&x, STR("lin"), GOOD, STR("2001:db8:0:2::9"), NULL) == RC_OK);
    }
    TEST("a success takes back the name's own failures from there, not those of others") {
        fail_times(&x, 9, STR("lin"), STR("10.0.0.3"));
        CHECK(login(&x, STR("lin"), GOOD, STR("10.0.0.3"), NULL) == RC_OK);
        fail_times(&x, 9, STR("lin"), STR("10.0.0.3"));
        CHECK(login(&x, STR("bo"), GOOD, STR("10.0.0.3"), NULL) == RC_OK);
        fail_times(&x, 1, STR("lin"), STR("10.0.0.3"));
        CHECK(login(&x, STR("bo"), GOOD, STR("10.0.0.3"), NULL) == RC_BUSY);
    }
    TEST("without an address only names are counted; old failures are swept") {
        x.clock.fixed_ms += HOUR;
        for (int i = 0; i < 11; i++) {
            fail_times(&x, 1, arena_strf(x.a, "none-%d", i), STR_NULL);
        }
        CHECK_EQ_I64(count(&x, "select count(*) from access_failure"), 11);
        CHECK_EQ_I64(count(&x, "select count(*) from access_failure"
                               " where length(name) = 32 and length(address) = 32"),
                     11);
    }
    access_ledger_release(&x);
}

/* Eight processes guess at once: at most ten guesses are looked at. */
static void test_throttle_race(void)
{
    struct access_ledger x;
    pid_t child[8];
    int tried = 0;
    access_ledger_init(&x);
    CHECK(make_user(&x, STR("lin"), GOOD, ROLE_OWNER) == RC_OK);
    ledger_close(x.l);
    for (int i = 0; i < 8; i++) {
        child[i] = fork();
        if (child[i] == 0) {
            int denied = 0;
            x.l = access_ledger_open(x.path, LEDGER_WRITE);
            for (int k = 0; k < 4; k++) {
                denied += login(&x, STR("lin"), OTHER, STR_NULL, NULL) == RC_DENIED;
            }
            ledger_close(x.l);
            _exit(denied);
        }
    }
    for (int i = 0; i < 8; i++) {
        int status = 0;
        CHECK(waitpid(child[i], &status, 0) == child[i] && WIFEXITED(status));
        tried += WEXITSTATUS(status);
    }
    x.l = access_ledger_open(x.path, LEDGER_WRITE);
    TEST("guesses at the same moment are throttled as those one after another") {
        CHECK_EQ_I64(tried, 10);
    }
    access_ledger_release(&x);
}

/* ---- The first owner's link ---- */

static enum rc use_link(struct access_ledger *x, struct str token, struct str name,
                        struct str password)
{
    struct access_user u;
    struct access_password *p = NULL;
    enum rc rc = access_link_check(x->l, token, &x->clock, &x->e);
    rc = rc ? rc : access_password_new(name, password, x->a, &p, &x->e);
    return rc ? rc : access_link_use(x->l, token, name, p, &x->clock, x->a, &u, &x->e);
}

static void test_link(void)
{
    struct access_ledger x;
    struct str old = STR_NULL, token = STR_NULL;
    struct access_user *list = NULL;
    bool needs = false;
    access_ledger_init(&x);
    TEST("a brand without an owner needs one; without a link none can be made") {
        CHECK(access_needs_owner(x.l, &needs, &x.e) == RC_OK && needs);
        CHECK(use_link(&x, STR("x"), STR("lin"), GOOD) == RC_DENIED);
        CHECK(use_link(&x, STR_NULL, STR("lin"), GOOD) == RC_DENIED);
    }
    CHECK(access_link_make(x.l, &x.clock, x.a, &old, &x.e) == RC_OK);
    CHECK(access_link_make(x.l, &x.clock, x.a, &token, &x.e) == RC_OK);
    TEST("only the newest link holds, and a refused name or password leaves it") {
        CHECK(use_link(&x, old, STR("lin"), GOOD) == RC_DENIED);
        CHECK(use_link(&x, token, STR(" "), GOOD) == RC_INVALID);
        CHECK(use_link(&x, token, STR("lin"), STR("short")) == RC_INVALID);
        x.clock.fixed_ms += 30 * MINUTE - 1;
        CHECK(use_link(&x, token, STR("lin"), GOOD) == RC_OK);
        CHECK(users(&x, &list) == 1 && list[0].role == ROLE_OWNER);
        CHECK(login(&x, STR("lin"), GOOD, STR_NULL, NULL) == RC_OK);
    }
    TEST("it works once, and none is made while there is an owner") {
        CHECK(use_link(&x, token, STR("eve"), GOOD) == RC_DENIED);
        CHECK(access_link_make(x.l, &x.clock, x.a, &token, &x.e) == RC_CONFLICT);
        CHECK(access_needs_owner(x.l, &needs, &x.e) == RC_OK && !needs);
        CHECK_EQ_I64(users(&x, &list), 1);
    }
    access_ledger_release(&x);
    access_ledger_init(&x);
    CHECK(access_link_make(x.l, &x.clock, x.a, &token, &x.e) == RC_OK);
    TEST("it ends after 30 minutes") {
        x.clock.fixed_ms += 30 * MINUTE;
        CHECK(use_link(&x, token, STR("lin"), GOOD) == RC_DENIED);
        CHECK_EQ_I64(users(&x, &list), 0);
    }
    TEST("an owner who came another way ends it") {
        CHECK(access_link_make(x.l, &x.clock, x.a, &token, &x.e) == RC_OK);
        CHECK(make_user(&x, STR("lin"), GOOD, ROLE_OWNER) == RC_OK);
        CHECK(use_link(&x, token, STR("eve"), GOOD) == RC_DENIED);
    }
    access_ledger_release(&x);
}

int main(void)
{
    test_password();
    test_make();
    test_audited();
    test_sessions();
    test_meanwhile();
    test_expiry();
    test_session_cap();
    test_throttle();
    test_throttle_address();
    test_throttle_race();
    test_link();
    return tap_end();
}
