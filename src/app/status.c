#include "app/status.h"
#include "app/backups.h"
#include "app/show.h"
#include "store/log.h"
#include "store/manifest.h"
#include <inttypes.h>

/* From when on a figure is told as a thing to look at. */
#define DISK_LEAST                                                                             \
    ((uint64_t)2 << 30) /* a seal, a merge and a checkpoint need room of their own */
#define LAG_MOST_MS 10000
#define BACKUP_DAYS 7
#define REJECTED_MOST 10 /* percent of what came since the start, of at least ... */
#define REJECTED_OF 100

static enum rc sizes(const struct pond *p, struct arena *a, struct status_size *out,
                     struct err *e)
{
    const struct brand *b = p->brand;
    struct segment *list = NULL;
    size_t len = 0;
    int64_t rows = 0, bytes = 0;
    enum rc rc = log_size(b->ledger, NULL, &rows, &bytes, e);
    rc = rc ? rc : manifest_read(a, b->ledger, NULL, &list, &len, e);
    *out = (struct status_size){.events = b->events,
                                .consumers = graph_consumer_count(b->graph),
                                .identities = dictionary_len(b->dictionary),
                                .log_bytes = (uint64_t)bytes,
                                .log_rows = (uint64_t)rows};
    for (size_t i = 0; !rc && i < len; i++) {
        out->lake_bytes += (uint64_t)list[i].bytes;
    }
    return rc;
}

enum rc status_take(const struct pond *p, struct arena *a, struct status *out, struct err *e)
{
    struct backup_last backup;
    enum rc rc = RC_OK;
    *out = (struct status){.is_served = p->served != NULL};
    if (p->served) {
        p->served(p->served_ctx, &out->served);
        out->brand = p->brand_name;
        out->zone = out->served.zone;
        out->size = out->served.size;
    } else {
        out->brand = p->brand->name;
        out->zone = p->brand->zone;
        rc = sizes(p, a, &out->size, e);
    }
    const char *dir = disk_path(a, p->data_dir, arena_cstr(a, out->brand));
    rc = rc ? rc : disk_free_bytes(dir, &out->disk_free, e);
    rc = rc ? rc : backups_last(p, out->brand, a, &backup, e);
    if (!rc) {
        out->backup_ms = backup.made_ms;
        out->backup_place = backup.place;
    }
    return rc;
}

/* ---- health in words ------------------------------------------------------------------------- */

struct judge {
    const struct op_call *c;
    struct str *notes;
    uint32_t len;
};

/* Both texts are formats of the same arguments. */
#define NOTE(j, en, zh, ...)                                                                   \
    ((j)->notes[(j)->len++] = (j)->c->lang == LANG_ZH                                          \
                                  ? arena_strf((j)->c->arena, zh, __VA_ARGS__)                 \
                                  : arena_strf((j)->c->arena, en, __VA_ARGS__))

static void judge_served(struct judge *j, const struct status_served *s)
{
    if (s->lag_ms > LAG_MOST_MS) {
        NOTE(j, "events become visible %.1f s late, %" PRIu64 " wait",
             "事件延迟 %.1f 秒可见，%" PRIu64 " 个在排队", (double)s->lag_ms / 1000,
             s->queued_rows);
    }
    if (s->received >= REJECTED_OF && s->rejected * 100 > s->received * REJECTED_MOST) {
        NOTE(j, "%.1f %% of the events since the start were set aside: see why in reject list",
             "启动以来 %.1f %% 的事件被搁置，原因见 reject list",
             (double)s->rejected * 100 / (double)s->received);
    }
}

static void judge_backup(struct judge *j, const struct status *s, int64_t now_ms)
{
    if (!s->size.events) {
        return;
    }
    if (!s->backup_ms) {
        NOTE(j, "there is no backup: %s makes one", "还没有备份：用 %s 备份", "pond backup");
    } else if (now_ms - s->backup_ms > BACKUP_DAYS * DAY_MS) {
        NOTE(j, "the last backup is %" PRId64 " days old", "最近一次备份已过去 %" PRId64 " 天",
             (int64_t)((now_ms - s->backup_ms) / DAY_MS));
    }
}

enum status_health status_judge(const struct op_call *c, const struct status *s, int64_t now_ms,
                                struct str notes[STATUS_NOTES], uint32_t *len)
{
    struct judge j = {.c = c, .notes = notes};
    bool failing = s->is_served && s->served.failing;
    if (failing) {
        NOTE(&j, "the last write failed, nothing is accepted: %s",
             "上次写入失败，暂不接收数据：%s", s->served.failing_why);
    }
    if (s->disk_free < DISK_LEAST) {
        struct str n = show_bytes(c, s->disk_free);
        NOTE(&j, "only %.*s are free on the disk", "磁盘仅剩 %.*s", STR_FMT(n));
    }
    if (s->is_served) {
        judge_served(&j, &s->served);
    }
    judge_backup(&j, s, now_ms);
    *len = j.len;
    return failing ? STATUS_FAILING : j.len ? STATUS_ATTENTION : STATUS_OK;
}
