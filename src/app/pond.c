#include "app/pond.h"
#include "app/hooks.h"
#include "app/running.h"
#include "app/stop.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define THREADS_MAX 256

static enum rc read_now(struct pond *p, struct str text, struct err *e)
{
    struct zone *utc = NULL;
    int64_t ms = 0;
    enum rc rc = zone_open(STR("UTC"), &utc, e);
    if (rc) {
        return rc;
    }
    if (time_parse(text, utc, &ms)) {
        p->clock = clock_fixed(ms);
    } else {
        rc = rc_fail(e, RC_INVALID, "POND_NOW is no time: %.*s", STR_FMT(text));
        err_hint(e, "as 2017-12-01T12:00:00Z; leave it unset for the real clock");
    }
    zone_free(utc);
    return rc;
}

static enum rc read_level(struct pond *p, struct str text, struct err *e)
{
    static const char *const names[] = {"error", "warn", "info", "debug"};
    for (int i = 0; i < 4; i++) {
        if (str_eq(text, str_of(names[i]))) {
            p->logger.out = stderr;
            p->logger.level = (enum log_level)i;
            return RC_OK;
        }
    }
    enum rc rc = rc_fail(e, RC_INVALID, "POND_LOG is no level: %.*s", STR_FMT(text));
    err_hint(e, "one of error, warn, info, debug");
    return rc;
}

static enum rc read_threads(struct pond *p, struct str text, struct err *e)
{
    int64_t n = 0;
    if (!str_i64(text, &n) || n < 1 || n > THREADS_MAX) {
        enum rc rc =
            rc_fail(e, RC_INVALID, "POND_THREADS is no number of threads: %.*s", STR_FMT(text));
        err_hint(e, "1..%d", THREADS_MAX);
        return rc;
    }
    p->threads = (int)n;
    return RC_OK;
}

enum rc pond_init(struct pond *p, char *(*env)(const char *name), struct err *e)
{
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    *p = (struct pond){
        .data_dir = "pond-data",
        .env = env,
        .clock = clock_real(),
        .disk = disk_real(),
        .threads = processors > 0 ? (int)processors : 1,
        .principal = principal_local(),
    };
    p->logger.clock = &p->clock;
    const char *dir = env ? env("POND_DATA") : NULL;
    const char *brand = env ? env("POND_BRAND") : NULL;
    const char *now = env ? env("POND_NOW") : NULL;
    const char *level = env ? env("POND_LOG") : NULL;
    const char *threads = env ? env("POND_THREADS") : NULL;
    if (dir && *dir) {
        p->data_dir = dir;
    }
    p->brand_name = str_of(brand);
    enum rc rc = RC_OK;
    if (now && *now) {
        rc = read_now(p, str_of(now), e);
    }
    if (!rc && level && *level) {
        rc = read_level(p, str_of(level), e);
    }
    if (!rc && threads && *threads) {
        rc = read_threads(p, str_of(threads), e);
    }
    return rc;
}

void pond_release(struct pond *p) { (void)pond_close(p, RC_STOPPED, NULL); }

/* What is lent is settled for who reads; a writer settles itself. */
static enum rc open_lent(struct pond *p, enum brand_mode mode, struct err *e)
{
    if (mode > p->brand->mode) {
        return rc_fail(e, RC_BUG, "the operation wants to write more than its record says");
    }
    return mode == BRAND_WRITE ? RC_OK : brand_settle(p->brand, e);
}

/* Who writes may be a server: it does what was asked for, at its address. */
static void hint_server(const struct pond *p, struct err *e)
{
    struct arena *a = arena_new();
    struct str address = running_address(p, a);
    if (address.len && p->lang == LANG_ZH) {
        err_hint(e,
                 "服务正在 %.*s 运行：请通过它的接口操作（POST /api/v1/import 等，见 "
                 "docs/api.md），或先停止它",
                 STR_FMT(address));
    } else if (address.len) {
        err_hint(e,
                 "a server runs at %.*s: ask it (POST /api/v1/import ..., docs/api.md), or "
                 "stop it first",
                 STR_FMT(address));
    }
    arena_free(a);
}

static enum rc open_brand(struct pond *p, enum brand_mode mode, bool afresh, struct err *e)
{
    if (p->lent) {
        return open_lent(p, mode, e);
    }
    if (mode != BRAND_READ) {
        stop_arm();
    }
    p->hooks = hooks_new(p->threads);
    struct brand_options o = {
        .data_dir = p->data_dir,
        .brand = p->brand_name,
        .mode = mode,
        .clock = &p->clock,
        .logger = &p->logger,
        .disk = p->disk,
        .hooks = hooks_slots(p->hooks),
        .no_checkpoint = afresh,
    };
    enum rc rc = brand_open(&o, &p->brand, e);
    if (!rc && mode != BRAND_WRITE) {
        rc = brand_settle(p->brand, e);
    }
    if (rc == RC_BUSY) {
        hint_server(p, e);
    }
    return rc ? pond_close(p, rc, e) : RC_OK;
}

enum rc pond_open(struct pond *p, enum brand_mode mode, struct err *e)
{
    return open_brand(p, mode, false, e);
}

enum rc pond_open_afresh(struct pond *p, enum brand_mode mode, struct err *e)
{
    return open_brand(p, mode, true, e);
}

enum rc pond_close(struct pond *p, enum rc rc, struct err *e)
{
    if (p->lent) {
        return rc;
    }
    if (p->brand) {
        struct err second = {0};
        enum rc closed = brand_close(p->brand, rc ? &second : e);
        p->brand = NULL;
        rc = rc ? rc : closed;
    }
    hooks_free(p->hooks);
    p->hooks = NULL;
    return rc;
}

enum rc pond_open_ledger(struct pond *p, struct ledger **out, struct err *e)
{
    const struct brand_options o = {
        .data_dir = p->data_dir, .brand = p->brand_name, .clock = &p->clock, .disk = p->disk};
    if (p->lent) {
        *out = p->brand->ledger;
        return RC_OK;
    }
    return brand_open_ledger(&o, out, e);
}

void pond_close_ledger(struct pond *p, struct ledger *l)
{
    if (!p->lent) {
        ledger_close(l);
    }
}

const struct stage_model *pond_model(const struct pond *p) { return hooks_model(p->hooks); }
struct assets *pond_assets(const struct pond *p) { return hooks_assets(p->hooks); }

struct str pond_by(const struct pond *p) { return p->by.len ? p->by : STR("cli"); }

void pond_rest(struct pond *p, bool begins)
{
    if (p->lent && p->rest) {
        p->rest(p->lent_ctx, begins);
    }
}

bool pond_stop_asked(const struct pond *p)
{
    return p->lent && p->stop ? p->stop(p->lent_ctx) : stop_asked();
}

/* Behind the data directory's name; all of it when it lies elsewhere. */
static struct str path_behind(const char *dir, struct str path)
{
    struct str root = str_of(dir);
    bool below =
        root.len && str_starts(path, root) && path.len > root.len && path.ptr[root.len] == '/';
    struct str rest = below ? str_slice(path, root.len + 1, path.len) : path;
    if (below && str_find(rest, STR("/spool/"), 0) != SIZE_MAX) {
        while (str_find_byte(rest, '/', 0) != SIZE_MAX) {
            (void)str_cut(&rest, '/');
        }
    }
    return rest;
}

struct str pond_path_shown(const struct pond *p, struct str path)
{
    return p->remote ? path_behind(p->data_dir, path) : path;
}

/* A path ends where a word does; names with spaces only lose what stands before them. */
static void hide_in(const char *dir, char *text)
{
    char *to = text;
    for (char *at = text; *at;) {
        bool begins = *dir == '/' || at == text || strchr(" \"'(", at[-1]);
        struct str word = str_make(at, begins ? strcspn(at, " \"')") : 0);
        struct str left = path_behind(dir, word);
        at = (char *)(uintptr_t)(left.len < word.len ? left.ptr : at);
        *to++ = *at;
        at += *at != '\0';
    }
    *to = '\0';
}

void pond_hide_paths(const char *dir, struct err *e)
{
    hide_in(dir, e->msg);
    hide_in(dir, e->hint);
}

int32_t pond_today(const struct pond *p)
{
    struct zone_cache cache = {0};
    return zone_day(p->brand->zone, &cache, clock_now(&p->clock));
}
