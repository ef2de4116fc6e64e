/* The lake's files: sealing, listing, sweeping, verifying, and the views over them. What an engine
 * does with columns is in lake_duckdb.c; how rows become a segment in lake_write.c; merging in lake_compact.c.
 *
 * Invariants: a file gets its final name only when its bytes are durable; a listed file never
 * changes; a file that is not listed is nobody's. */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include "base/map.h"
#include "base/mem.h"
#include "store/internal.h"
#include "store/ledger.h"
#include "store/lockfile.h"
#include "wire/sum.h"

/* Compression: lz4 reads a third faster than zstd at level 1 and writes as fast, for a third more room, nearly all of it
 * event ids, which no question reads (docs/benchmarks.md). Dictionaries above 2,000 entries cost more than they save. Row
 * groups of half the usual size halve a read of one cluster (purchases); a read of everything takes as long. */
#define COPY_OPTIONS                                                                           \
    "(format parquet, compression lz4_raw, parquet_version v2, dictionary_size_limit 2000, "   \
    "row_group_size 61440)"

/* --- Words of SQL ---------------------------------------------------------------------------- */

static void add_quoted(struct buf *b, struct str text, char quote)
{
    buf_add_byte(b, quote);
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == quote) {
            buf_add_byte(b, quote);
        }
        buf_add_byte(b, text.ptr[i]);
    }
    buf_add_byte(b, quote);
}

void engine_add_text(struct buf *b, struct str text) { add_quoted(b, text, '\''); }

void engine_add_name(struct buf *b, struct str name) { add_quoted(b, name, '"'); }

/* Rows of a slot: see lake_rows in lake_duckdb.c. */
void lake_add_slot(struct buf *b, uint32_t slot)
{
    buf_add(b, STR("select * from lake_rows("));
    buf_add_i64(b, slot);
    buf_add(b, STR(")"));
}

const char *engine_type_name(enum lake_type type)
{
    switch (type) {
    case LAKE_I64: return "bigint";
    case LAKE_U32: return "uinteger";
    case LAKE_F64: return "double";
    case LAKE_U32_LIST: return "uinteger[]";
    case LAKE_STR:
    case LAKE_CODE: break;
    }
    return "varchar";
}

/* What does not fit in memory is spilt to a directory of this very engine: two processes would
 * overwrite each other's files. */
enum rc engine_fence(struct engine *g, const char *dir, int fd, struct err *e)
{
    struct buf text = {0};
    struct buf path = {0};
    if (dir) {
        buf_addf(&path, "%s/spill-%ld-%p" DISK_TEMP, dir, (long)getpid(), (void *)g);
    }
    buf_add(&text, STR("set temp_directory = "));
    engine_add_text(&text, buf_str(&path));
    buf_clear(&path);
    if (dir) {
        buf_addf(&path, "%s/", dir);
        buf_add(&text, STR("; set allowed_directories = ["));
    } else {
        buf_addf(&path, "/proc/self/fd/%d", fd);
        buf_add(&text, STR("; set allowed_paths = ["));
    }
    engine_add_text(&text, buf_str(&path));
    buf_add(&text, STR("]; set enable_external_access = false; set lock_configuration = true"));
    enum rc rc = engine_run(g, buf_cstr(&text), e);
    buf_release(&path);
    buf_release(&text);
    return rc;
}

/* --- Open ----------------------------------------------------------------------------------- */

static enum rc check_datasets(const struct lake_options *o, struct err *e)
{
    if (o->datasets_len > ENGINE_DATASETS) {
        return rc_fail(e, RC_BUG, "lake: more than %d datasets", ENGINE_DATASETS);
    }
    for (uint32_t i = 0; i < o->datasets_len; i++) {
        size_t n = strlen(o->datasets[i].name);
        if (n < 1 || n > 24 ||
            strspn(o->datasets[i].name, "abcdefghijklmnopqrstuvwxyz_") != n) {
            return rc_fail(e, RC_BUG, "lake: bad dataset name");
        }
    }
    return RC_OK;
}

enum rc lake_start(struct lake *k, struct err *e)
{
    if (k->engine) {
        return RC_OK;
    }
    enum rc rc = engine_open(k->threads, k->memory_bytes, &k->engine, e);
    rc = rc ? rc : engine_fence(k->engine, k->dir, -1, e);
    for (uint32_t i = 0; !rc && i < k->datasets_len; i++) {
        const struct lake_dataset *d = &k->datasets[i];
        engine_set_source(
            k->engine, i,
            (struct engine_source){.fields = d->fields, .fields_len = d->fields_len});
    }
    return rc;
}

enum rc lake_open(const struct lake_options *options, struct lake **out, struct err *e)
{
    enum rc rc = check_datasets(options, e);
    rc = rc ? rc : disk_mkdirs(options->disk, options->dir, 0700, e);
    if (rc) {
        return rc;
    }
    struct lake *k = mem_zalloc(sizeof *k);
    k->disk = options->disk;
    k->datasets = options->datasets;
    k->datasets_len = options->datasets_len;
    k->verified = map_new();
    k->dir = realpath(options->dir, NULL);
    if (!k->dir) {
        rc = rc_errno(e, errno, "cannot find %s", options->dir);
    }
    k->threads = options->threads;
    k->memory_bytes = options->memory_bytes;
    k->hold = options->reads && !rc ? lockfile_share(k->dir) : NULL;
    rc = rc || options->later ? rc : lake_start(k, e);
    if (rc) {
        lake_close(k);
        return rc;
    }
    *out = k;
    return RC_OK;
}

void lake_close(struct lake *k)
{
    if (!k) {
        return;
    }
    engine_close(k->engine);
    map_free(k->verified);
    mem_free(k->attached);
    lockfile_drop(k->hold);
    free(k->dir);
    mem_free(k);
}

void lake_trust(struct lake *k, const char *file)
{
    (void)map_put(k->verified, str_of(file), 1);
}

void lake_inherit(struct lake *k, const struct lake *from)
{
    for (uint32_t i = 0; i < map_len(from->verified); i++) {
        (void)map_put(k->verified, map_key(from->verified, i), 1);
    }
}

int lake_dataset_index(const struct lake *k, const char *name)
{
    for (uint32_t i = 0; i < k->datasets_len; i++) {
        if (strcmp(k->datasets[i].name, name) == 0) {
            return (int)i;
        }
    }
    return -1;
}

/* --- Writing -------------------------------------------------------------------------------- */

static enum rc file_sum(const char *path, struct sum128 *sum, uint64_t *size, struct err *e)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return rc_errno(e, errno, "cannot open %s", path);
    }
    enum rc rc = sum128_fd(fd, sum, size, e);
    (void)close(fd);
    return rc;
}

/* A name no file has: by range, with a number behind it when one range is written again. */
static void name_file(const struct lake *k, struct arena *a, struct segment *s)
{
    for (unsigned n = 0;; n++) {
        char tail[16] = "";
        if (n) {
            (void)snprintf(tail, sizeof tail, "-%u", n);
        }
        (void)snprintf(s->file, sizeof s->file, "%s-%012llu-%012llu%s.parquet", s->dataset,
                       (unsigned long long)s->seq_from, (unsigned long long)s->seq_to, tail);
        if (!disk_exists(disk_path(a, k->dir, s->file))) {
            return;
        }
    }
}

enum rc lake_seal(struct lake *k, const char *select, struct segment *s, struct err *e)
{
    struct arena *a = arena_new();
    struct buf text = {0};
    struct sum128 sum = {0};
    uint64_t size = 0;
    name_file(k, a, s);
    const char *path = disk_path(a, k->dir, s->file);
    const char *temp = arena_cstr(a, arena_strf(a, "%s" DISK_TEMP, path));
    buf_add(&text, STR("copy ("));
    buf_add(&text, str_of(select));
    buf_add(&text, STR(") to "));
    engine_add_text(&text, str_of(temp));
    buf_add(&text, STR(" " COPY_OPTIONS));
    enum rc rc = lake_start(k, e);
    rc = rc ? rc : engine_run(k->engine, buf_cstr(&text), e);
    rc = rc ? rc : file_sum(temp, &sum, &size, e);
    rc = rc ? rc : disk_publish(k->disk, temp, path, e);
    if (rc) {
        (void)k->disk->ops->unlink(k->disk, temp, NULL);
        (void)k->disk->ops->unlink(k->disk, path, NULL);
        err_prefix(e, "segment %s", s->file);
    } else {
        s->bytes = (int64_t)size;
        (void)sum128_hex(sum, s->checksum);
        (void)map_put(k->verified, str_of(s->file), 1);
    }
    buf_release(&text);
    arena_free(a);
    return rc;
}

enum rc lake_commit(struct tx *tx, struct segment *s, struct err *e)
{
    return manifest_add(tx, s, e);
}

static bool listed(const struct segment *list, size_t len, struct str name)
{
    for (size_t i = 0; i < len; i++) {
        if (str_eq(str_of(list[i].file), name)) {
            return true;
        }
    }
    return false;
}

/* "spill-PID-...": what an engine spilt, left by a process that was killed. */
static bool dead_spill(struct str name)
{
    struct str rest = name;
    int64_t pid = 0;
    return str_eq(str_cut(&rest, '-'), STR("spill")) && str_i64(str_cut(&rest, '-'), &pid) &&
           pid > 0 && kill((pid_t)pid, 0) != 0 && errno == ESRCH;
}

static uint32_t remove_spill(struct lake *k, struct arena *a, const char *dir)
{
    struct str *names = NULL;
    size_t len = 0;
    if (disk_list(a, dir, &names, &len, NULL)) {
        return 0;
    }
    for (size_t i = 0; i < len; i++) {
        (void)k->disk->ops->unlink(k->disk, disk_path(a, dir, names[i].ptr), NULL);
    }
    return rmdir(dir) == 0;
}

static uint32_t sweep_one(struct lake *k, struct arena *a, struct str name, bool alone,
                          const struct segment *list, size_t len)
{
    const char *path = disk_path(a, k->dir, name.ptr);
    if (str_starts(name, STR("spill-"))) {
        return dead_spill(name) ? remove_spill(k, a, path) : 0;
    }
    bool ours = str_ends(name, STR(".parquet")) ? alone : str_ends(name, STR(DISK_TEMP));
    if (!ours || listed(list, len, name)) {
        return 0;
    }
    return k->disk->ops->unlink(k->disk, path, NULL) == RC_OK;
}

enum rc lake_sweep(struct lake *k, struct ledger *l, uint32_t *removed, struct err *e)
{
    struct arena *a = arena_new();
    struct segment *list = NULL;
    struct str *names = NULL;
    size_t list_len = 0;
    size_t names_len = 0;
    uint32_t count = 0;
    /* Before the manifest is read: who comes to read afterwards finds what it lists. */
    struct lockfile *alone = lockfile_alone(k->dir);
    enum rc rc = manifest_read(a, l, NULL, &list, &list_len, e);
    rc = rc ? rc : disk_list(a, k->dir, &names, &names_len, e);
    for (size_t i = 0; !rc && i < names_len; i++) {
        count += sweep_one(k, a, names[i], alone != NULL, list, list_len);
    }
    lockfile_drop(alone);
    if (removed) {
        *removed = count;
    }
    arena_free(a);
    return rc;
}

/* --- Verifying ------------------------------------------------------------------------------ */

struct check {
    const struct lake *k;
    const struct segment *list;
    size_t len;
    const uint8_t *skip;
    atomic_size_t next;
    struct err first; /* of the lowest index that failed */
    size_t first_at;
    pthread_mutex_t lock;
};

static enum rc check_one(const struct lake *k, const struct segment *s, struct err *e)
{
    struct arena *a = arena_new();
    struct sum128 sum = {0};
    char hex[33];
    enum rc rc = file_sum(disk_path(a, k->dir, s->file), &sum, NULL, e);
    if (rc == RC_MISSING) {
        rc = rc_fail(e, RC_MISSING, "segment %s is not there", s->file);
        err_hint(e, "restore the newest backup with pond restore");
    } else if (!rc && !str_eq(str_of(sum128_hex(sum, hex)), str_of(s->checksum))) {
        rc = rc_fail(e, RC_CORRUPT, "segment %s fails its checksum", s->file);
        err_hint(e, "restore the newest backup with pond restore");
    }
    arena_free(a);
    return rc;
}

static void *check_run(void *p)
{
    struct check *c = p;
    for (;;) {
        size_t i = atomic_fetch_add(&c->next, 1);
        struct err e = {0};
        if (i >= c->len) {
            return NULL;
        }
        if ((!c->skip || !c->skip[i]) && check_one(c->k, &c->list[i], &e)) {
            (void)pthread_mutex_lock(&c->lock);
            if (i < c->first_at) {
                c->first_at = i;
                c->first = e;
            }
            (void)pthread_mutex_unlock(&c->lock);
        }
    }
}

static enum rc check_all(const struct lake *k, const struct segment *list, size_t len,
                         const uint8_t *skip, struct err *e)
{
    struct check c = {.k = k, .list = list, .len = len, .skip = skip, .first_at = SIZE_MAX};
    pthread_t second;
    (void)pthread_mutex_init(&c.lock, NULL);
    bool two = len > 1 && pthread_create(&second, NULL, check_run, &c) == 0;
    (void)check_run(&c);
    if (two) {
        (void)pthread_join(second, NULL);
    }
    (void)pthread_mutex_destroy(&c.lock);
    if (c.first_at == SIZE_MAX) {
        return RC_OK;
    }
    if (e) {
        *e = c.first;
    }
    return c.first.rc;
}

enum rc lake_verify(struct lake *k, struct ledger *l, struct err *e)
{
    struct arena *a = arena_new();
    struct segment *list = NULL;
    size_t len = 0;
    enum rc rc = manifest_read(a, l, NULL, &list, &len, e);
    rc = rc ? rc : check_all(k, list, len, NULL, e);
    arena_free(a);
    return rc;
}

enum rc lake_verify_list(struct lake *k, const struct segment *list, size_t len, struct err *e)
{
    uint8_t *skip = mem_array(uint8_t, len + 1);
    uint32_t seen = 0;
    for (size_t i = 0; i < len; i++) {
        skip[i] = map_get(k->verified, str_of(list[i].file), &seen);
    }
    enum rc rc = check_all(k, list, len, skip, e);
    for (size_t i = 0; !rc && i < len; i++) {
        (void)map_put(k->verified, str_of(list[i].file), 1);
    }
    mem_free(skip);
    return rc;
}

/* --- Views ---------------------------------------------------------------------------------- */

void lake_add_files(const struct lake *k, struct buf *text, const char *dataset,
                    const struct segment *list, size_t len)
{
    struct buf path = {0};
    bool first = true;
    buf_add(text, STR("read_parquet(["));
    for (size_t i = 0; i < len; i++) {
        if (strcmp(list[i].dataset, dataset) == 0) {
            buf_clear(&path);
            buf_addf(&path, "%s/%s", k->dir, list[i].file);
            buf_add(text, first ? STR("") : STR(", "));
            engine_add_text(text, buf_str(&path));
            first = false;
        }
    }
    buf_add(text, STR("], union_by_name = true, hive_partitioning = false)"));
    buf_release(&path);
}

static bool any_file(const char *dataset, const struct segment *list, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if (strcmp(list[i].dataset, dataset) == 0) {
            return true;
        }
    }
    return false;
}

/* The tail comes first: it has every field with its type, so files may lack columns. */
void lake_add_rows(const struct lake *k, struct buf *text, uint32_t dataset, bool tail,
                   const struct segment *list, size_t len)
{
    const char *name = k->datasets[dataset].name;
    lake_add_slot(text, dataset);
    buf_add(text, tail ? STR("") : STR(" where false"));
    if (any_file(name, list, len)) {
        buf_add(text, STR(" union all by name select * from "));
        lake_add_files(k, text, name, list, len);
    }
}

static enum rc make_view(struct lake *k, uint32_t index, const struct segment *list, size_t len,
                         struct err *e)
{
    struct buf text = {0};
    buf_add(&text, STR("create or replace view "));
    engine_add_name(&text, str_of(k->datasets[index].name));
    buf_add(&text, STR(" as "));
    lake_add_rows(k, &text, index, true, list, len);
    enum rc rc = engine_run(k->engine, buf_cstr(&text), e);
    buf_release(&text);
    return rc;
}

static enum rc set_tails(struct lake *k, const struct lake_tail *tails, size_t tails_len,
                         struct err *e)
{
    for (uint32_t i = 0; i < k->datasets_len; i++) {
        const struct lake_dataset *d = &k->datasets[i];
        engine_set_source(
            k->engine, i,
            (struct engine_source){.fields = d->fields, .fields_len = d->fields_len});
    }
    for (size_t i = 0; i < tails_len; i++) {
        int index = lake_dataset_index(k, tails[i].dataset);
        if (index < 0) {
            return rc_fail(e, RC_BUG, "lake: unknown dataset %s", tails[i].dataset);
        }
        const struct lake_dataset *d = &k->datasets[index];
        engine_set_source(k->engine, (uint32_t)index,
                          (struct engine_source){.fields = d->fields,
                                                 .fields_len = d->fields_len,
                                                 .pieces = tails[i].pieces,
                                                 .pieces_len = tails[i].pieces_len});
        enum rc rc =
            tails[i].pieces_len ? lake_check_columns(d, &tails[i].pieces[0], e) : RC_OK;
        if (rc) {
            return rc;
        }
    }
    return RC_OK;
}

enum rc lake_attach(struct lake *k, struct ledger *l, const struct lake_tail *tails,
                    size_t tails_len, struct err *e)
{
    struct arena *a = arena_new();
    struct segment *list = NULL;
    size_t len = 0;
    enum rc rc = manifest_read(a, l, NULL, &list, &len, e);
    rc = rc ? rc : lake_verify_list(k, list, len, e);
    if (rc == RC_MISSING && manifest_read(a, l, NULL, &list, &len, e) == RC_OK) {
        /* A writer may have replaced segments since; the newer manifest names what is there. */
        rc = lake_verify_list(k, list, len, e);
    }
    rc = rc ? rc : lake_start(k, e);
    rc = rc ? rc : set_tails(k, tails, tails_len, e);
    for (uint32_t i = 0; !rc && i < k->datasets_len; i++) {
        rc = make_view(k, i, list, len, e);
    }
    mem_free(k->attached);
    k->attached_len = rc ? 0 : len;
    k->attached = mem_array(struct segment, k->attached_len + 1);
    memcpy(k->attached, list, k->attached_len * sizeof(*list));
    arena_free(a);
    return rc;
}

/* --- Questions ------------------------------------------------------------------------------ */

enum rc lake_set_names(struct lake *k, const char *domain, const struct str *names,
                       uint32_t len, struct err *e)
{
    enum rc rc = lake_start(k, e);
    return rc ? rc : engine_set_names(k->engine, domain, names, len, e);
}

enum rc lake_query(struct lake *k, const struct sql *sql, struct binds binds,
                   struct lake_result **out, struct err *e)
{
    enum rc rc = lake_start(k, e);
    return rc ? rc : engine_query(k->engine, sql, binds, false, out, e);
}

enum rc lake_query_whole(struct lake *k, const struct sql *sql, struct binds binds,
                         struct lake_result **out, struct err *e)
{
    enum rc rc = lake_start(k, e);
    return rc ? rc : engine_query(k->engine, sql, binds, true, out, e);
}

enum rc lake_get_i64(struct lake *k, const struct sql *sql, struct binds binds, int64_t *out,
                     struct err *e)
{
    struct lake_result *r = NULL;
    struct lake_chunk chunk = {0};
    enum rc rc = lake_query(k, sql, binds, &r, e);
    rc = rc ? rc : lake_next(r, &chunk, e);
    if (!rc) {
        *out = 0;
        if (chunk.rows && chunk.columns_len && !lake_is_null(&chunk.columns[0], 0)) {
            const struct lake_vector *v = &chunk.columns[0];
            *out = v->type == LAKE_U32 ? (int64_t)((const uint32_t *)v->data)[0]
                                       : ((const int64_t *)v->data)[0];
        }
    }
    lake_done(r);
    return rc;
}

void lake_interrupt(struct lake *k)
{
    if (k->engine) {
        engine_interrupt(k->engine);
    }
}
