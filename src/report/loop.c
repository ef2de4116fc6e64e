#include "report/loop.h"

#include <math.h>
#include "base/mem.h"
#include "report/pass.h"

/* Codes of the catalogue (docs/events.md). */
enum {
    SHARE = 43,
    REFERRAL = 44,
    FOLLOW = 50,
    FRIEND_ADD = 52,
    GROUP_JOIN = 54,
    MEMBER_JOIN = 56
};

struct worker {
    const struct history *h;
    int64_t from_ms, until_ms;
    struct loop sum;
};

void loop_came(const struct loop_spec *s, const struct brand *b, struct bits *out)
{
    uint32_t len = dictionary_len(b->dictionary) + 1;
    const uint32_t *consumers = graph_consumers(b->graph);
    struct bits before;
    bits_init(out, len);
    bits_init(&before, len);
    for (uint32_t no = 1; no < len; no++) {
        int32_t day = evidence_first_day(b->evidence, no);
        if (day != DAY_NONE && day <= s->to) {
            bits_set(day < s->from ? &before : out, consumers[no]);
        }
    }
    bits_minus(out, &before);
    bits_release(&before);
}

void loop_want(const struct loop_spec *s, const struct bits *came, struct history_want *want)
{
    *want = (struct history_want){
        .from = s->from, .to = s->to, .among = came, .channels = true, .quantities = true};
}

void loop_door_add(struct loop_door *to, const struct loop_door *from)
{
    to->came += from->came;
    to->sank += from->sank;
    to->bought += from->bought;
    to->converted += from->converted;
    to->brought += from->brought;
    to->people += from->people;
}

static bool sinks(uint16_t name)
{
    return name == FOLLOW || name == FRIEND_ADD || name == GROUP_JOIN || name == MEMBER_JOIN;
}

static void take_life(void *mine, uint32_t from, uint32_t end)
{
    struct worker *w = mine;
    const struct history *h = w->h;
    struct loop_door d = {.came = 1};
    int64_t sank = INT64_MAX;
    if (h->time_ms[from] < w->from_ms || h->time_ms[from] >= w->until_ms) {
        return;
    }
    for (uint32_t i = from; i < end && h->time_ms[i] < w->until_ms; i++) {
        if (sinks(h->name[i]) && sank == INT64_MAX) {
            sank = h->time_ms[i];
        }
        if (h->name[i] == REFERRAL || h->name[i] == SHARE) {
            double n = isnan(h->quantity[i]) ? h->name[i] == REFERRAL : h->quantity[i];
            d.people += n > 0 ? n : 0;
        }
        d.bought = d.bought || h->name[i] == EVENT_PURCHASE;
    }
    for (uint32_t i = from; i < end && h->time_ms[i] < w->until_ms; i++) {
        d.converted = d.converted || (h->name[i] == EVENT_PURCHASE && h->time_ms[i] >= sank);
    }
    d.sank = sank != INT64_MAX;
    d.brought = d.people > 0;
    loop_door_add(&w->sum.door[h->channel[from]], &d);
}

void loop_make(const struct loop_spec *s, const struct history *h, int threads,
               struct loop *out)
{
    int n = pass_workers(h, threads);
    struct worker *w = mem_array(struct worker, n);
    for (int i = 0; i < n; i++) {
        w[i].h = h;
        w[i].from_ms = s->from == DAY_NONE ? INT64_MIN : zone_day_start(s->zone, s->from);
        w[i].until_ms = zone_day_start(s->zone, s->to + 1);
    }
    pass_run(h, w, sizeof(*w), n, take_life);
    *out = (struct loop){0};
    for (int i = 0; i < n; i++) {
        for (uint32_t k = 0; k < LOOP_DOORS; k++) {
            loop_door_add(&out->door[k], &w[i].sum.door[k]);
        }
    }
    mem_free(w);
}
