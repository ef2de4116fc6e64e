/* Health in words: what is told of which figures. */
#include "app/status.h"
#include "tap.h"

#define NOW ((int64_t)1780000000000)
#define DAYS ((int64_t)86400000)

static enum status_health judge(const struct status *s, enum lang lang, struct str *first,
                                uint32_t *len, struct arena *a)
{
    struct op_call c = {.arena = a, .lang = lang};
    struct str notes[STATUS_NOTES];
    enum status_health h = status_judge(&c, s, NOW, notes, len);
    *first = *len ? notes[0] : STR("");
    return h;
}

static struct status well(void)
{
    return (struct status){.size = {.events = 1000},
                           .is_served = true,
                           .served = {.received = 1000},
                           .disk_free = (uint64_t)50 << 30,
                           .backup_ms = NOW - DAYS};
}

/* The first note has the part, and there is one only. */
static bool says(const struct status *s, enum status_health want, const char *part)
{
    struct arena *a = arena_new();
    struct str first;
    uint32_t n = 0;
    bool good = judge(s, LANG_EN, &first, &n, a) == want && n == (*part ? 1 : 0) &&
                str_find(first, str_of(part), 0) != SIZE_MAX;
    if (!good) {
        printf("#   %u: %.*s\n", n, STR_FMT(first));
    }
    arena_free(a);
    return good;
}

int main(void)
{
    struct status s = well();
    TEST("a brand that is well has nothing to look at") {
        CHECK(says(&s, STATUS_OK, ""));
    }
    TEST("a failed write is a failure, in its words") {
        s = well();
        s.served.failing = true;
        (void)snprintf(s.served.failing_why, sizeof(s.served.failing_why), "no space");
        CHECK(says(&s, STATUS_FAILING, "nothing is accepted: no space"));
        s.is_served = false; /* nobody failed where no server runs */
        CHECK(says(&s, STATUS_OK, ""));
    }
    TEST("little room, lag and many rejects are told with their figures") {
        s = well();
        s.disk_free = 1500000000;
        CHECK(says(&s, STATUS_ATTENTION, "only 1.5 GB"));
        s = well();
        s.served.lag_ms = 12500;
        s.served.queued_rows = 77;
        CHECK(says(&s, STATUS_ATTENTION, "12.5 s late, 77 wait"));
        s = well();
        s.served.rejected = 101;
        CHECK(says(&s, STATUS_ATTENTION, "10.1 % of the events"));
        s.served.rejected = 100;
        CHECK(says(&s, STATUS_OK, ""));
        s.served.received = 99; /* too few to say */
        s.served.rejected = 99;
        CHECK(says(&s, STATUS_OK, ""));
    }
    TEST("no backup, or an old one, unless there is nothing to lose") {
        s = well();
        s.backup_ms = 0;
        CHECK(says(&s, STATUS_ATTENTION, "no backup"));
        s.backup_ms = NOW - 8 * DAYS;
        CHECK(says(&s, STATUS_ATTENTION, "8 days old"));
        s.size.events = 0;
        CHECK(says(&s, STATUS_OK, ""));
    }
    TEST("all at once fit, the failure first, in Chinese too") {
        struct arena *a = arena_new();
        struct str first;
        uint32_t n = 0;
        s = (struct status){
            .size = {.events = 1},
            .is_served = true,
            .served = {.failing = true, .lag_ms = 99999, .received = 1000, .rejected = 999}};
        CHECK(judge(&s, LANG_ZH, &first, &n, a) == STATUS_FAILING && n == 5 &&
              n <= STATUS_NOTES);
        CHECK(str_starts(first, STR("上次写入失败")));
        arena_free(a);
    }
    return tap_end();
}
