#include "app/import.h"

#include <inttypes.h>
#include <stdio.h>
#include "app/import_look.h"
#include "app/import_pipe.h"
#include "app/import_source.h"
#include "base/mem.h"
#include "gen/sql_app.h"
#include "people/seen.h"
#include "who/tag.h"

#define BATCH_ROWS (256u << 10)
#define LENT_ROWS (16u << 10) /* beside others who send events: they wait for one such batch */
#define WAIT_MS 250

/* One file on its way in. */
struct import_job {
    struct brand *b;
    const struct import_request *q;
    const struct import_progress *progress;
    struct import_summary *sum;
    struct import_file *file;
    struct import_source source;
    struct import_pipe *pipe;
    struct zone *zone; /* ours, when the mapping names another than the brand's */
    int64_t run_id;
    int64_t started_ms; /* steady */
    int rejects_fd;
    char *rejects_path;
};

/* ---- Ledger rows --------------------------------------------------------------------------- */

static enum rc run_start(struct import_job *j, struct err *e)
{
    struct buf mapping = {0};
    struct tx *tx = NULL;

    mapping_save(j->source.mapping, &mapping);
    const struct str path = j->file->path;
    size_t slash = path.len;
    while (slash && path.ptr[slash - 1] != '/') {
        slash--;
    }
    enum rc rc = ledger_begin(j->b->ledger, &tx, e);
    if (!rc) {
        rc = ledger_run(j->b->ledger, &sql_import_run_start,
                        BINDS(bind_str("name", str_slice(path, slash, path.len)),
                              bind_str("path", path), bind_i64("size", (int64_t)j->source.size),
                              bind_str("fingerprint", str_of(j->source.fingerprint)),
                              bind_str("format", j->source.mapping->format),
                              bind_str("mapping", buf_str(&mapping)),
                              bind_i64("now_ms", clock_now(j->b->clock))),
                        e);
        j->run_id = ledger_last_id(j->b->ledger);
        rc = ledger_end(tx, rc, e);
    }
    buf_release(&mapping);
    return rc;
}

static enum rc run_update(struct import_job *j, const char *status, struct err *e)
{
    const struct import_file *f = j->file;
    const bool over = strcmp(status, "running") != 0;
    struct tx *tx = NULL;

    enum rc rc = ledger_begin(j->b->ledger, &tx, e);
    if (rc) {
        return rc;
    }
    rc = ledger_run(
        j->b->ledger, &sql_import_run_update,
        BINDS(bind_i64("id", j->run_id), bind_i64("position", (int64_t)f->rows),
              bind_i64("rows", (int64_t)f->rows), bind_i64("accepted", (int64_t)f->accepted),
              bind_i64("duplicates", (int64_t)f->duplicates),
              bind_i64("rejected", (int64_t)f->rejected),
              bind_i64("anonymous", (int64_t)f->anonymous), bind_str("status", str_of(status)),
              over ? bind_i64("finished_ms", clock_now(j->b->clock))
                   : bind_null("finished_ms")),
        e);
    return ledger_end(tx, rc, e);
}

/* Whether this very file was here before, in full or in part. */
static enum rc run_look_back(struct import_job *j, struct err *e)
{
    struct stmt *s = NULL;
    bool row = false;

    if (!j->source.fingerprint[0]) {
        return RC_OK;
    }
    enum rc rc = ledger_prepare(j->b->ledger, &sql_import_run_last, &s, e);
    if (rc) {
        return rc;
    }
    stmt_bind_str(s, "fingerprint", str_of(j->source.fingerprint));
    stmt_bind_i64(s, "id", j->run_id);
    rc = stmt_step(s, &row, e);
    if (!rc && row) {
        const bool done = str_eq(stmt_str(s, 0), STR("done"));
        j->file->continued = done ? 0 : (uint64_t)stmt_i64(s, 1);
        j->file->imported_ms = done ? stmt_i64(s, 2) : 0;
    }
    stmt_done(s);
    return rc;
}

static enum rc mapping_keep(struct import_job *j, struct err *e)
{
    struct buf json = {0};
    struct tx *tx = NULL;

    mapping_save(j->source.mapping, &json);
    enum rc rc = ledger_begin(j->b->ledger, &tx, e);
    if (!rc) {
        rc = ledger_run(
            j->b->ledger, &sql_import_mapping_put,
            BINDS(bind_str("name", j->q->save_as), bind_str("json", buf_str(&json))), e);
        rc = ledger_end(tx, rc, e);
    }
    buf_release(&json);
    return rc;
}

/* ---- Rejects ------------------------------------------------------------------------------- */

/* DIR/BRAND/rejects/NAME-20261122T104500.csv, made when the first row is set aside. */
static enum rc rejects_open(struct import_job *j, struct err *e)
{
    struct arena *a = j->sum->arena;
    struct disk *d = j->b->disk;
    const struct str path = j->file->path;
    size_t slash = path.len;
    char when[32];
    char stamp[16];
    size_t n = 0;

    while (slash && path.ptr[slash - 1] != '/') {
        slash--;
    }
    (void)time_format(clock_now(j->b->clock), j->b->zone, when);
    for (const char *p = when; *p && n < sizeof(stamp) - 1; p++) {
        if (*p == ' ') {
            stamp[n++] = 'T';
        } else if (*p >= '0' && *p <= '9') {
            stamp[n++] = *p;
        }
    }
    stamp[n] = '\0';
    char *dir = disk_path(a, j->b->dir, "rejects");
    const struct str name = str_slice(path, slash, slash + 100);
    enum rc rc = disk_mkdirs(d, dir, 0700, e);
    for (int i = 0; !rc && (i == 0 || disk_exists(j->rejects_path)); i++) {
        const struct str file = i ? arena_strf(a, "%.*s-%s-%d.csv", STR_FMT(name), stamp, i)
                                  : arena_strf(a, "%.*s-%s.csv", STR_FMT(name), stamp);
        j->rejects_path = disk_path(a, dir, file.ptr);
    }
    rc = rc ? rc : d->ops->create(d, j->rejects_path, 0600, &j->rejects_fd, e);
    if (!rc) {
        j->file->rejects = str_of(j->rejects_path);
        rc = d->ops->write(d, j->rejects_fd, STR("line,column,field,reason,raw\n"), e);
    }
    return rc;
}

static enum rc rejects_add(struct import_job *j, const struct import_chunk *c, struct err *e)
{
    struct disk *d = j->b->disk;
    enum rc rc = RC_OK;

    if (!c->rejects.len) {
        return RC_OK;
    }
    if (j->rejects_fd < 0) {
        rc = rejects_open(j, e);
        j->file->first_reject = arena_str(j->sum->arena, buf_str(&c->first_reject));
    }
    return rc ? rc : d->ops->write(d, j->rejects_fd, buf_str(&c->rejects), e);
}

static enum rc rejects_close(struct import_job *j, struct err *e)
{
    struct disk *d = j->b->disk;
    enum rc rc = RC_OK;

    if (j->rejects_fd >= 0) {
        rc = d->ops->sync(d, j->rejects_fd, e);
        d->ops->close(d, j->rejects_fd);
        j->rejects_fd = -1;
    }
    return rc;
}

/* ---- Batches ------------------------------------------------------------------------------- */

static void show(struct import_job *j, bool done)
{
    if (!j->progress || !j->progress->show) {
        return;
    }
    const struct import_file *f = j->file;
    j->progress->show(
        j->progress->ctx,
        &(struct import_state){.path = f->path,
                               .file = (uint32_t)(f - j->sum->file) + 1,
                               .files = j->sum->files,
                               .bytes = __atomic_load_n(&j->source.read, __ATOMIC_RELAXED),
                               .size = j->source.size,
                               .rows = f->rows,
                               .elapsed_ms = clock_steady_ms() - j->started_ms,
                               .done = done});
}

/* Rows of the source that gave at least one new event, and those of them that name nobody. */
static void count_rows(struct import_file *f, const struct event_batch *b, uint64_t rows)
{
    uint64_t accepted = 0;
    uint64_t last = 0;

    for (uint32_t r = 0; r < b->rows; r++) {
        if (b->source_row[r] != last) {
            last = b->source_row[r];
            accepted++;
            f->anonymous += b->ident_at[r] == b->ident_at[r + 1];
        }
    }
    f->accepted += accepted;
    f->duplicates += rows - accepted;
    f->events += b->rows;
}

/* The rest of the file will give as many new events a byte as what was read of it. */
static void expect_rest(struct import_job *j, const struct import_chunk *c)
{
    const uint64_t size = j->source.size;

    if (c->bytes && c->bytes < size) {
        const double share = (double)(size - c->bytes) / (double)c->bytes;
        seen_expect(j->b->seen, (uint64_t)((double)j->file->events * share));
    }
}

/* The chunk's batch is durable from here on, and counts. */
static enum rc end_batch(struct import_job *j, const struct import_chunk *c, struct err *e)
{
    struct accept_result result = {0};

    enum rc rc = brand_accept_end(j->b, &result, e);
    if (!rc) {
        count_rows(j->file, c->batch, c->rows - c->rejected);
        j->file->rows += c->rows;
        j->file->rejected += c->rejected;
    }
    return rc;
}

static enum rc end_chunk(struct import_job *j, struct import_chunk *c, struct err *e)
{
    enum rc rc = end_batch(j, c, e);
    if (rc) {
        return rc;
    }
    expect_rest(j, c);
    rc = rejects_add(j, c, e);
    rc = rc || c->last ? rc : run_update(j, "running", e);
    if (!rc && c->rc) {
        *e = c->err;
        rc = c->rc;
    }
    import_pipe_give(j->pipe, c);
    return rc;
}

static bool stop_wanted(const struct import_job *j)
{
    return j->q->stop && j->q->stop(j->q->pond);
}

static struct import_chunk *take_chunk(struct import_job *j)
{
    pond_rest(j->q->pond, true);
    struct import_chunk *c = import_pipe_take(j->pipe, WAIT_MS);
    pond_rest(j->q->pond, false);
    return c;
}

/* Each chunk is begun before the one in front of it is ended: that one is being written meanwhile. */
static enum rc accept_all(struct import_job *j, struct err *e)
{
    struct import_chunk *begun = NULL;
    enum rc rc = RC_OK;
    bool last = false;
    bool stop = false;

    while (!rc && (begun || !(last || stop))) {
        struct import_chunk *c = last || stop ? NULL : take_chunk(j);
        if (c) {
            last = c->last;
            rc = brand_accept_begin(j->b, c->batch, e);
        }
        if (!rc && c && j->q->pond->lent) { /* nothing is begun while others have their turn */
            rc = end_chunk(j, c, e);
            c = NULL;
        }
        if (!rc) {
            rc = begun ? end_chunk(j, begun, e) : RC_OK;
            begun = c;
        }
        show(j, false);
        stop = !last && stop_wanted(j);
    }
    if (begun) { /* after a failure: the thread that writes it must let go of it */
        struct err second = {0};
        (void)end_batch(j, begun, &second);
    }
    if (!rc && stop) {
        rc = rc_fail(e, RC_STOPPED, "interrupted; what was accepted is kept");
        err_hint(e, "start the same import again to continue");
    }
    return rc;
}

/* ---- One file ------------------------------------------------------------------------------ */

static enum rc choose_zone(struct import_job *j, struct err *e)
{
    const struct str name = j->source.mapping->zone;
    return name.len ? zone_open(name, &j->zone, e) : RC_OK;
}

static struct decoder_setup decoder_setup(struct import_job *j)
{
    struct brand *b = j->b;
    return (struct decoder_setup){.mapping = j->source.mapping,
                                  .kinds = b->kinds,
                                  .catalogue = b->catalogue,
                                  .secret = b->secret,
                                  .identity_key = b->hash_key,
                                  .zone = j->zone ? j->zone : b->zone,
                                  .now_ms = clock_now(b->clock),
                                  .skip = j->source.skip};
}

static enum rc start_pipe(struct import_job *j, uint32_t rows, struct err *e)
{
    const struct import_pipe_setup s = {.source = &j->source,
                                        .decoder = decoder_setup(j),
                                        .names = j->q->pond->names,
                                        .event_key = j->b->secret->event,
                                        .batch_rows = rows};
    return import_pipe_start(&s, &j->pipe, e);
}

/* A small file needs no big batch: no row is shorter than 4 bytes, and one may give two events. */
static uint32_t batch_rows(const struct import_job *j)
{
    const uint32_t usual = j->q->pond->lent ? LENT_ROWS : BATCH_ROWS;
    const uint32_t most =
        j->q->batch_rows && j->q->batch_rows < usual ? j->q->batch_rows : usual;
    const uint64_t fit = j->source.size && !j->source.skip ? j->source.size / 2 + 16 : most;
    const uint32_t rows = fit < most ? (uint32_t)fit : most;
    return rows < 2 ? 2 : rows;
}

static enum rc file_import(struct import_job *j, struct err *e)
{
    enum rc rc = start_pipe(j, batch_rows(j), e);
    rc = rc ? rc : run_start(j, e);
    rc = rc ? rc : run_look_back(j, e);
    if (rc) {
        return rc;
    }
    if (j->q->save_as.len) {
        rc = mapping_keep(j, e);
    }
    if (!rc) {
        seen_source(j->b->seen);
        brand_share_names(j->b, import_pipe_names(j->pipe));
        rc = accept_all(j, e);
        brand_share_names(j->b, j->q->pond->names);
    }
    struct err second = {0};
    enum rc closed = rejects_close(j, rc ? &second : e);
    rc = rc ? rc : closed;
    const char *status = rc == RC_OK ? "done" : rc == RC_STOPPED ? "stopped" : "failed";
    enum rc noted = run_update(j, status, rc ? &second : e);
    return rc ? rc : noted;
}

/* Counts what was understood of a chunk; the first one is kept to be shown. */
static enum rc look_at_chunk(struct import_job *j, struct import_chunk *c, struct err *e)
{
    struct arena *a = j->sum->arena;
    struct import_file *f = j->file;
    f->rows += c->rows;
    f->rejected += c->rejected;
    count_rows(f, c->batch, c->rows - c->rejected);
    import_look_rejects(f->look, a, f->mapping, buf_str(&c->rejects));
    if (!f->first_reject.len) {
        f->first_reject = arena_str(a, buf_str(&c->first_reject));
    }
    if (!f->preview) {
        f->preview = c->batch;
        c->batch = batch_new(IMPORT_PREVIEW_ROWS);
    }
    if (c->rc) {
        *e = c->err;
    }
    return c->rc;
}

/* The first rows, or with `whole` all of them, decoded; nothing is accepted. */
static enum rc file_preview(struct import_job *j, struct err *e)
{
    enum rc rc = start_pipe(j, IMPORT_PREVIEW_ROWS, e);
    bool more = true;

    while (!rc && more) {
        struct import_chunk *c = take_chunk(j);
        if (c) {
            more = j->q->whole && !c->last;
            j->file->look->whole = c->last;
            rc = look_at_chunk(j, c, e);
            import_pipe_give(j->pipe, c);
            show(j, false);
        }
        if (!rc && more && stop_wanted(j)) {
            rc = rc_fail(e, RC_STOPPED, "interrupted");
        }
    }
    return rc;
}

static void describe(struct import_job *j)
{
    struct import_file *f = j->file;
    const struct import_source *s = &j->source;

    f->size = s->size;
    if (!s->mapping) {
        return;
    }
    f->mapping = s->mapping;
    f->kind = str_of(import_kind_name(s->kind));
    f->encoding = s->skip ? STR_NULL : str_of(text_kind_name(s->encoding));
    f->delimiter = s->csv && !s->skip ? csv_delimiter(s->csv) : '\0';
}

static enum rc file_run(struct import_job *j, const struct mapping_request *m, struct err *e)
{
    struct arena *a = j->sum->arena;
    const struct import_request *q = j->q;

    j->started_ms = clock_steady_ms();
    pond_rest(q->pond, true);
    enum rc rc = import_source_open(&j->source, a, arena_cstr(a, j->file->path), m, e);
    pond_rest(q->pond, false);
    describe(j);
    if (q->dry_run && j->source.mapping) {
        j->file->look = import_look_new(a, &j->source, j->b->kinds);
    }
    rc = rc ? rc : choose_zone(j, e);
    if (!rc) {
        rc = q->dry_run ? file_preview(j, e) : file_import(j, e);
    }
    j->file->elapsed_ms = clock_steady_ms() - j->started_ms;
    show(j, true);
    import_pipe_stop(j->pipe);
    import_source_release(&j->source);
    zone_free(j->zone);
    if (!rc && j->file->rejected && (q->strict || j->file->rejected == j->file->rows)) {
        rc = rc_fail(e, RC_REJECTS, "%s: %" PRIu64 " of %" PRIu64 " rows were set aside: %.*s",
                     arena_cstr(a, j->file->path), j->file->rejected, j->file->rows,
                     STR_FMT(str_slice(j->file->first_reject, 0, 160)));
        if (j->file->rejects.len) {
            err_hint(e, "see %.*s", STR_FMT(j->file->rejects));
        }
    }
    return rc;
}

/* ---- All of them --------------------------------------------------------------------------- */

static void add_up(struct import_summary *s, const struct import_file *f)
{
    s->rows += f->rows;
    s->accepted += f->accepted;
    s->duplicates += f->duplicates;
    s->rejected += f->rejected;
    s->anonymous += f->anonymous;
    s->events += f->events;
}

/* A failure of the pond itself: the next file would meet it too. */
static bool ends_all(const struct brand *b, const struct import_file *f, enum rc rc)
{
    (void)b;
    return rc == RC_STOPPED || rc == RC_FULL || rc == RC_BUSY || rc == RC_CORRUPT ||
           rc == RC_BUG || (rc == RC_IO && f->mapping);
}

static enum rc check_request(struct brand *b, const struct import_request *q, struct arena *a,
                             struct mapping_request *m, struct err *e)
{
    struct zone *zone = NULL;

    *m = (struct mapping_request){
        .format = q->format, .spec = q->spec, .specs = q->specs, .zone = q->zone};
    enum rc rc = mapping_check_format(q->format, e);
    if (!rc && q->zone.len) {
        rc = zone_open(q->zone, &zone, e);
        zone_free(zone);
    }
    if (!rc && q->save_as.len) {
        rc = who_name_check(q->save_as, "mapping", e);
    }
    if (!rc && q->mapping_name.len) {
        rc = import_mapping_get(b->ledger, q->mapping_name, a, &m->saved, e);
    }
    if (!rc && !q->paths) {
        rc = rc_fail(e, RC_INVALID, "no file is named");
    }
    return rc;
}

enum rc import_run(struct brand *b, const struct import_request *q,
                   const struct import_progress *p, struct import_summary *out, struct err *e)
{
    const int64_t started_ms = clock_steady_ms();
    struct mapping_request m;

    *out = (struct import_summary){.arena = arena_new()};
    enum rc rc = check_request(b, q, out->arena, &m, e);
    if (rc) {
        return rc;
    }
    out->file = arena_array(out->arena, struct import_file, q->paths);
    out->files = q->paths;
    for (uint32_t i = 0; i < q->paths; i++) {
        struct import_file *f = &out->file[i];
        struct import_job j = {
            .b = b, .q = q, .progress = p, .sum = out, .file = f, .rejects_fd = -1};
        f->path = q->path[i];
        f->rc = file_run(&j, &m, &f->err);
        add_up(out, f);
        if (f->rc && !rc) {
            rc = f->rc;
            if (e) {
                *e = f->err;
            }
        }
        if (f->rc && ends_all(b, f, f->rc)) {
            out->files = i + 1;
            break;
        }
    }
    if (!q->dry_run && out->events &&
        (!rc || !ends_all(b, &out->file[out->files - 1], rc) || rc == RC_STOPPED)) {
        struct err second = {0};
        enum rc settled = brand_settle(b, rc ? &second : e);
        rc = rc ? rc : settled;
    }
    out->consumers = graph_consumer_count(b->graph);
    out->elapsed_ms = clock_steady_ms() - started_ms;
    return rc;
}

void import_release(struct import_summary *s)
{
    for (uint32_t i = 0; i < s->files && s->file; i++) {
        batch_free(s->file[i].preview);
    }
    arena_free(s->arena);
    *s = (struct import_summary){0};
}
