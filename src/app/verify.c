#include "app/verify.h"

#include <string.h>
#include "access/access.h"
#include "app/digest.h"
#include "base/mem.h"
#include "report/event_count.h"
#include "store/log.h"
#include "store/manifest.h"

/* Takes a check down: rc and the error it filled say how it went. */
static void note(struct verify_report *r, const char *name, const char *zh, enum rc rc,
                 const struct err *e)
{
    struct verify_check c = {.name = name, .zh = zh, .ok = rc == RC_OK};
    if (rc) {
        c.found = arena_str(r->arena, str_of(e->msg));
        r->ok = false;
    }
    vec_push(&r->checks, c);
}

/* ---- stores ---- */

static enum rc check_checkpoint(struct brand *b, struct err *e)
{
    struct arena *a = arena_new();
    struct checkpoint *c = NULL;
    struct err own = {0};
    enum rc rc = checkpoint_open(b->disk, disk_path(a, b->dir, "checkpoint"), &c, &own);
    rc = rc ? rc : checkpoint_check(c, &own);
    checkpoint_close(c);
    arena_free(a);
    bool rebuilt_anyway = rc == RC_MISSING || rc == RC_CONFLICT;
    return rc && !rebuilt_anyway ? rc_fail(e, rc, "%s", own.msg) : RC_OK;
}

static enum rc no_row(void *ctx, const struct log_batch *row, struct err *e)
{
    (void)e;
    *(uint64_t *)ctx += row->rows;
    return RC_OK;
}

static enum rc check_rows(struct brand *b, struct verify_report *r, struct err *e)
{
    struct segment *list = NULL;
    size_t n = 0;
    uint64_t rows = 0, identities = 0, logged = 0, next = 0;
    enum rc rc = manifest_read(r->arena, b->ledger, NULL, &list, &n, e);
    for (size_t i = 0; i < n && !rc; i++) {
        bool event = !strcmp(list[i].dataset, "event");
        rows += event ? (uint64_t)list[i].rows : 0;
        identities += event ? 0 : (uint64_t)list[i].rows;
    }
    r->segments = n;
    rc = rc ? rc : log_read(b->ledger, 0, no_row, &logged, e);
    rc = rc ? rc : log_next_seq(b->ledger, &next, e);
    if (!rc && rows + logged != next - 1) {
        rc = rc_fail(e, RC_CORRUPT, "%llu rows were accepted, segments and log hold %llu",
                     (unsigned long long)(next - 1), (unsigned long long)(rows + logged));
    }
    if (!rc && rows + logged != b->events) {
        rc = rc_fail(e, RC_CORRUPT, "history holds %llu rows, the state was folded from %llu",
                     (unsigned long long)(rows + logged), (unsigned long long)b->events);
    }
    if (!rc && identities > dictionary_len(b->dictionary)) {
        rc = rc_fail(e, RC_CORRUPT, "segments name %llu identities, the state knows %u",
                     (unsigned long long)identities, dictionary_len(b->dictionary));
    }
    return rc;
}

static enum rc check_audit(struct brand *b, struct err *e)
{
    struct audit_verdict v;
    enum rc rc = audit_verify(b->ledger, STR_NULL, &v, e);
    return rc || !v.broken
               ? rc
               : rc_fail(e, RC_CORRUPT, "the audit trail does not fit from entry %lld on",
                         (long long)v.broken);
}

/* ---- state ---- */

static enum rc check_partition(const struct brand *b, struct err *e)
{
    uint32_t n = dictionary_len(b->dictionary), consumers = 0;
    uint64_t walked = 0;
    for (uint32_t no = 1; no <= n; no++) {
        if (graph_consumer(b->graph, no) != no) {
            continue;
        }
        consumers++;
        uint32_t m = no, steps = 0;
        do {
            if (graph_consumer(b->graph, m) != no || m < no || ++steps > n) {
                return rc_fail(e, RC_CORRUPT, "consumer %u and its identity %u do not agree",
                               no, m);
            }
            walked++;
            m = graph_next(b->graph, m);
        } while (m != no);
    }
    if (walked != n || consumers != graph_consumer_count(b->graph)) {
        return rc_fail(e, RC_CORRUPT, "%u identities, of which %llu belong to the %u consumers",
                       n, (unsigned long long)walked, consumers);
    }
    return RC_OK;
}

static enum rc check_evidence(const struct brand *b, struct err *e)
{
    for (uint32_t no = 1; no <= dictionary_len(b->dictionary); no++) {
        struct evidence_view v = evidence_get(b->evidence, no);
        uint32_t last = 0;
        for (uint32_t i = 0; i < v.len; i += evidence_size(v.words[i])) {
            uint32_t at = v.words[i] >> 10; /* day and class */
            if (at < last || (int32_t)(at >> 6) < evidence_first_day(b->evidence, no)) {
                return rc_fail(e, RC_CORRUPT,
                               "evidence of identity %u is out of order at word %u", no, i);
            }
            last = at;
        }
    }
    return RC_OK;
}

static enum rc check_today(struct pond *p, struct err *e)
{
    int32_t today = pond_today(p);
    uint32_t n = pond_model(p)->stages_len;
    uint64_t now[STAGE_MAX] = {0}, swept[STAGE_MAX] = {0};
    enum rc rc = assets_counts(pond_assets(p), p->brand, today, now, e);
    rc = rc ? rc : assets_trend(pond_assets(p), p->brand, today, today, swept, e);
    for (uint32_t s = 0; s < n && !rc; s++) {
        if (now[s] != swept[s]) {
            rc = rc_fail(e, RC_CORRUPT,
                         "stage %.*s has %llu consumers by column and %llu by sweep",
                         STR_FMT(pond_model(p)->stages[s].name), (unsigned long long)now[s],
                         (unsigned long long)swept[s]);
        }
    }
    return rc;
}

/* From the first day on, in some steps up to today: rows are the counts of the first day of a step, columns
 * with the new ones those of its last. */
static enum rc check_flow(struct pond *p, int32_t from, int32_t to, struct err *e)
{
    uint32_t n = pond_model(p)->stages_len;
    uint64_t matrix[STAGE_MAX * STAGE_MAX] = {0}, fresh[STAGE_MAX] = {0},
                                start[STAGE_MAX] = {0}, end[STAGE_MAX] = {0};
    enum rc rc = assets_flow(pond_assets(p), p->brand, from, to, matrix, fresh, e);
    rc = rc ? rc : assets_counts(pond_assets(p), p->brand, from, start, e);
    rc = rc ? rc : assets_counts(pond_assets(p), p->brand, to, end, e);
    for (uint32_t s = 0; s < n && !rc; s++) {
        uint64_t row = 0, column = fresh[s];
        for (uint32_t t = 0; t < n; t++) {
            row += matrix[s * n + t];
            column += matrix[t * n + s];
        }
        if (row != start[s] || column != end[s]) {
            rc = rc_fail(e, RC_CORRUPT, "the flow of stage %.*s does not balance",
                         STR_FMT(pond_model(p)->stages[s].name));
        }
    }
    return rc;
}

static enum rc check_flows(struct pond *p, struct err *e)
{
    if (p->brand->first_day == DAY_NONE) {
        return RC_OK;
    }
    int32_t first = p->brand->first_day - 1, last = p->brand->last_day;
    enum rc rc = RC_OK;
    for (int32_t step = 0; step < 4 && !rc; step++) {
        int32_t from = first + (last - first) * step / 4;
        rc = check_flow(p, from, first + (last - first) * (step + 1) / 4, e);
    }
    return rc ? rc : check_flow(p, last, pond_today(p) > last ? pond_today(p) : last + 400, e);
}

/* ---- run ---- */

static void check_state(struct pond *p, struct verify_report *r)
{
    struct brand *b = p->brand;
    struct err e = {0};
    note(r, "the ledger's pages are sound", "账本页面完好", ledger_check(b->ledger, &e), &e);
    note(r, "the audit trail is whole", "审计记录完整", check_audit(b, &e), &e);
    note(r, "every segment matches its checksum", "每个数据段与校验和一致",
         lake_verify(b->lake, b->ledger, &e), &e);
    note(r, "the checkpoint is sound", "检查点完好", check_checkpoint(b, &e), &e);
    note(r, "no accepted row is missing or doubled", "已接收的行不缺不重", check_rows(b, r, &e),
         &e);
    note(r, "events are counted by name as history has them", "各事件计数与历史一致",
         event_count_check(b, &e), &e);
    note(r, "every identity belongs to one consumer", "每个身份属于唯一消费者",
         check_partition(b, &e), &e);
    note(r, "evidence is in order", "证据有序", check_evidence(b, &e), &e);
    note(r, "today's stages equal a sweep", "今日阶段与重算一致", check_today(p, &e), &e);
    note(r, "flows balance", "流转平衡", check_flows(p, &e), &e);
    r->events = b->events;
    r->anonymous = b->anonymous;
    r->identities = dictionary_len(b->dictionary);
    r->consumers = graph_consumer_count(b->graph);
    int64_t batches = 0;
    if (!log_size(b->ledger, &batches, NULL, NULL, &e)) {
        r->log_batches = (uint64_t)batches;
    }
}

static enum rc digest_of(struct pond *p, char out[33], struct err *e)
{
    struct hash128 d = {0};
    enum rc rc = digest_run(p->brand, pond_assets(p), &d, e);
    if (!rc) {
        digest_hex(d, out);
    }
    return rc;
}

#define VERIFY_TRIES 5 /* when another process writes between the two openings */

/* Replays history from nothing and compares; *moved says that it reached further than `seq`, because
 * another process wrote meanwhile. */
static enum rc check_replay(struct pond *p, struct verify_report *r, uint64_t seq, bool *moved,
                            struct err *e)
{
    enum rc rc = pond_open_afresh(p, BRAND_READ, e);
    if (rc) {
        return rc;
    }
    *moved = p->brand->seq != seq;
    rc = pond_close(p, digest_of(p, r->replayed, e), e);
    if (!rc && *moved) {
        rc = rc_fail(e, RC_BUSY,
                     "another process keeps writing: replayed history is always further on");
    } else if (!rc && strcmp(r->digest, r->replayed)) {
        rc = rc_fail(e, RC_CORRUPT, "the state in use has digest %s, replayed history %s",
                     r->digest, r->replayed);
    }
    return rc;
}

/* One round of all checks. */
static enum rc verify_once(struct pond *p, struct verify_report *out, bool *moved,
                           struct err *e)
{
    struct err own = {0};
    enum rc rc = pond_open(p, BRAND_READ, &own);
    if (rc == RC_CORRUPT) {
        note(out, "history can be read", "历史可读", rc, &own);
        return RC_OK;
    }
    if (rc) {
        if (e) {
            *e = own;
        }
        return rc;
    }
    uint64_t seq = p->brand->seq;
    check_state(p, out);
    rc = pond_close(p, digest_of(p, out->digest, &own), &own);
    note(out, "the state in use has a digest", "当前状态可计算摘要", rc, &own);
    rc = rc ? rc : check_replay(p, out, seq, moved, &own);
    note(out, "replayed history gives the same digest", "重放历史得到相同摘要", rc, &own);
    return RC_OK;
}

enum rc verify_run(struct pond *p, struct verify_report *out, struct err *e)
{
    bool moved = true;
    enum rc rc = RC_OK;
    struct pond own = *p; /* it opens the brand itself, twice, whatever was lent */
    own.lent = false;
    own.brand = NULL;
    own.hooks = NULL;
    *out = (struct verify_report){.arena = arena_new()};
    for (int i = 0; i < VERIFY_TRIES && moved && !rc; i++) {
        moved = false;
        vec_clear(&out->checks);
        out->ok = true;
        rc = verify_once(&own, out, &moved, e);
    }
    return rc;
}

void verify_release(struct verify_report *r)
{
    vec_release(&r->checks);
    arena_free(r->arena);
    *r = (struct verify_report){0};
}
