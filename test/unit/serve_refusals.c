/* Refused attempts: at once in the trail, the same again once a minute, many without end in bounds. */
#include "serve/refusals.h"
#include "unit/access_ledger.h"

static struct principal key_of(int64_t id)
{
    return (struct principal){.kind = PRINCIPAL_OPERATOR_KEY,
                              .role = ROLE_STORE,
                              .id = id,
                              .name = STR("till"),
                              .address = STR("10.0.0.9")};
}

static uint32_t entries(struct access_ledger *x, struct audit_entry **out)
{
    uint32_t n = 0;
    CHECK(audit_list(x->l, &(struct audit_filter){.limit = 1000}, x->a, out, &n, &x->e) ==
          RC_OK);
    return n;
}

static void write_due(struct refusals *r, struct access_ledger *x, bool all)
{
    CHECK(refusals_write(r, x->l, &x->clock, all, &x->e) == RC_OK);
}

int main(void)
{
    struct access_ledger x;
    struct audit_entry *list = NULL;
    struct refusals *r = refusals_new();
    const struct principal till = key_of(3), other = key_of(4);
    access_ledger_init(&x);

    TEST("a refused attempt is an entry that says who, what and which right was missing") {
        refusals_note(r, &till, "crowd delete", "crowd.write");
        write_due(r, &x, false);
        CHECK_EQ_I64(entries(&x, &list), 1);
        CHECK_STR(list[0].who, STR("key:3 till"));
        CHECK_STR(list[0].address, STR("10.0.0.9"));
        CHECK_STR(list[0].action, STR("crowd delete"));
        CHECK_STR(list[0].outcome, STR("denied"));
        CHECK_STR(list[0].detail, STR("{\"lacks\":\"crowd.write\",\"times\":1}"));
        write_due(r, &x, true);
        CHECK_EQ_I64(entries(&x, &list), 1);
    }
    TEST("the same again within a minute is counted and told behind it, what differs at once") {
        for (int i = 0; i < 500; i++) {
            refusals_note(r, &till, "crowd delete", "crowd.write");
        }
        refusals_note(r, &other, "crowd delete", "crowd.write");
        write_due(r, &x, false);
        CHECK_EQ_I64(entries(&x, &list), 2);
        CHECK_STR(list[0].who, STR("key:4 till"));
        x.clock.fixed_ms += 60000;
        write_due(r, &x, false);
        CHECK_EQ_I64(entries(&x, &list), 3);
        CHECK_STR(list[0].detail, STR("{\"lacks\":\"crowd.write\",\"times\":500}"));
    }
    TEST("many at once stay few entries, and the end leaves none out") {
        x.clock.fixed_ms += 600000;
        write_due(r, &x, false);
        for (int64_t i = 100; i < 1100; i++) {
            const struct principal p = key_of(i);
            refusals_note(r, &p, "crowd delete", "crowd.write");
        }
        refusals_note(r, &till, "key create", "access.write");
        uint32_t before = entries(&x, &list);
        write_due(r, &x, true);
        CHECK_EQ_I64(entries(&x, &list) - before, 65);
        CHECK_STR(list[0].detail,
                  STR("{\"lacks\":\"crowd.write\",\"times\":937,\"and_others\":true}"));
    }
    refusals_free(r);
    access_ledger_release(&x);
    return tap_end();
}
