/* Rebuilding what a power cut leaves: the record is replayed into a picture of what is durable and
 * what is pending, and the picture is written out under the chosen fate of the pending part. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/arena.h"
#include "base/mem.h"
#include "base/rng.h"
#include "fault/sim_internal.h"

#define SECTOR 512

struct content {
    struct buf durable;
    VEC(size_t) pending; /* writes and truncates, as indexes into the record */
};

struct replay {
    size_t next;    /* record to replay next */
    uint64_t syncs; /* replayed so far */
    uint64_t mark;
    VEC(struct content) files; /* by number; 0 unused */
    VEC(struct name) names;    /* durable */
    VEC(size_t) pending;       /* changes of names, as indexes into the record */
};

static bool is_sync(const struct record *r)
{
    return r->call == CALL_SYNC || r->call == CALL_SYNC_DIR;
}

uint64_t sim_points(const struct sim *s)
{
    uint64_t n = 0;
    for (size_t i = 0; i < s->records.len; i++) {
        n += is_sync(&s->records.ptr[i]);
    }
    return 2 * n;
}

/* --- The picture ------------------------------------------------------------------------------ */

void sim_replay_free(struct replay *r)
{
    if (!r) {
        return;
    }
    for (size_t i = 0; i < r->files.len; i++) {
        buf_release(&r->files.ptr[i].durable);
        vec_release(&r->files.ptr[i].pending);
    }
    for (size_t i = 0; i < r->names.len; i++) {
        free(r->names.ptr[i].path);
    }
    vec_release(&r->files);
    vec_release(&r->names);
    vec_release(&r->pending);
    mem_free(r);
}

static struct content *content_of(struct replay *r, uint32_t file)
{
    while (r->files.len <= file) {
        vec_push(&r->files, ((struct content){0}));
    }
    return &r->files.ptr[file];
}

static void resize(struct buf *b, size_t size)
{
    if (size > b->len) {
        char *room = buf_room(b, size - b->len);
        memset(room, 0, size - b->len);
    }
    b->len = size;
}

/* Applies a write of which only `len` bytes arrived, or a truncate. */
static void apply(struct buf *b, const struct record *r, size_t len)
{
    if (r->call == CALL_TRUNCATE) {
        resize(b, (size_t)r->offset);
        return;
    }
    if (len == 0) {
        return;
    }
    if (b->len < r->offset + len) {
        resize(b, (size_t)r->offset + len);
    }
    memcpy(b->ptr + r->offset, r->bytes, len);
}

static struct name *find(struct name *names, size_t len, const char *path)
{
    for (size_t i = 0; i < len; i++) {
        if (strcmp(names[i].path, path) == 0) {
            return &names[i];
        }
    }
    return NULL;
}

static void drop_name(struct replay *r, const char *path)
{
    struct name *n = find(r->names.ptr, r->names.len, path);
    if (n) {
        free(n->path);
        *n = r->names.ptr[--r->names.len];
    }
}

static void put_name(struct replay *r, const char *path, uint32_t file)
{
    drop_name(r, path);
    struct name n = {.path = strdup(path), .file = file};
    vec_push(&r->names, n);
}

static void apply_name(struct replay *r, const struct record *c)
{
    if (c->call == CALL_UNLINK || c->call == CALL_RENAME) {
        drop_name(r, c->name);
    }
    if (c->call == CALL_CREATE || c->call == CALL_MKDIR) {
        put_name(r, c->name, c->file);
    }
    if ((c->call == CALL_RENAME || c->call == CALL_LINK) && c->to) {
        put_name(r, c->to, c->file);
    }
}

static bool in_dir(const char *path, const char *dir)
{
    size_t n = strlen(dir);
    if (n == 0) {
        return strchr(path, '/') == NULL;
    }
    return strncmp(path, dir, n) == 0 && path[n] == '/' && !strchr(path + n + 1, '/');
}

static void replay_one(struct sim *s, struct replay *r, size_t at)
{
    const struct record *c = &s->records.ptr[at];
    struct content *file = content_of(r, c->file);
    size_t kept = 0;
    switch (c->call) {
    case CALL_WRITE:
    case CALL_TRUNCATE: vec_push(&file->pending, at); break;
    case CALL_SYNC:
        for (size_t i = 0; i < file->pending.len; i++) {
            const struct record *w = &s->records.ptr[file->pending.ptr[i]];
            apply(&file->durable, w, w->len);
        }
        vec_clear(&file->pending);
        break;
    case CALL_CREATE:
    case CALL_RENAME:
    case CALL_LINK:
    case CALL_UNLINK:
    case CALL_MKDIR: vec_push(&r->pending, at); break;
    case CALL_SYNC_DIR:
        for (size_t i = 0; i < r->pending.len; i++) {
            const struct record *n = &s->records.ptr[r->pending.ptr[i]];
            if (in_dir(n->name, c->name) || (n->to && in_dir(n->to, c->name))) {
                apply_name(r, n);
            } else {
                r->pending.ptr[kept++] = r->pending.ptr[i];
            }
        }
        r->pending.len = kept;
        break;
    case CALL_MARK: r->mark = c->offset; break;
    }
    r->syncs += is_sync(c);
}

/* Replays up to a point: to just before its sync, or just behind it and whatever follows before the
 * next sync stays pending at the next even point. */
static struct replay *replay_to(struct sim *s, uint64_t point)
{
    struct replay *r = s->replay;
    uint64_t want = point / 2 + point % 2;
    if (!r || r->syncs > want ||
        (r->syncs == want && point % 2 == 1 && r->next > 0 &&
         !is_sync(&s->records.ptr[r->next - 1]))) {
        sim_replay_free(r);
        r = s->replay = mem_zalloc(sizeof *r);
    }
    while (r->next < s->records.len) {
        bool sync = is_sync(&s->records.ptr[r->next]);
        if (r->syncs == want && (sync || point % 2 == 1)) {
            break;
        }
        replay_one(s, r, r->next++);
    }
    return r;
}

const char *sim_point_name(struct sim *s, uint64_t point)
{
    static const char *const names[] = {"create", "write",  "truncate", "sync",     "rename",
                                        "link",   "unlink", "mkdir",    "sync dir", "mark"};
    struct replay *r = replay_to(s, point);
    return r->next ? names[s->records.ptr[r->next - 1].call] : "start";
}

/* --- Writing it out ---------------------------------------------------------------------------- */

/* How much of a pending write arrived. `border` counts down to the write that is torn. */
static size_t arrived(const struct record *w, enum sim_cut cut, struct rng *rng, bool before,
                      bool border)
{
    size_t sectors = w->len / SECTOR + 1;
    size_t part = rng_below(rng, (uint32_t)sectors) * (size_t)SECTOR;
    switch (cut) {
    case SIM_KEPT: return w->len;
    case SIM_TORN: return before ? w->len : border ? part : 0;
    case SIM_REORDERED: {
        uint32_t fate = rng_below(rng, 4);
        return fate == 0 ? 0 : fate == 1 ? part : w->len;
    }
    case SIM_DROPPED:
    case SIM_CUTS: break;
    }
    return 0;
}

static enum rc write_file(struct sim *s, struct replay *r, const char *path, uint32_t number,
                          enum sim_cut cut, struct rng *rng, struct err *e)
{
    struct content *file = content_of(r, number);
    struct buf bytes = {0};
    int fd = -1;
    buf_add(&bytes, buf_str(&file->durable));
    size_t border = rng_below(rng, (uint32_t)file->pending.len + 1);
    for (size_t i = 0; i < file->pending.len; i++) {
        const struct record *w = &s->records.ptr[file->pending.ptr[i]];
        size_t len = arrived(w, cut, rng, i < border, i == border);
        bool whole = cut == SIM_KEPT || (cut == SIM_TORN && i < border) ||
                     (cut == SIM_REORDERED && len > 0);
        if (w->call == CALL_WRITE || whole) {
            apply(&bytes, w, len);
        }
    }
    enum rc rc = disk_real()->ops->create(disk_real(), path, 0600, &fd, e);
    if (!rc) {
        rc = disk_real()->ops->write(disk_real(), fd, buf_str(&bytes), e);
        disk_real()->ops->close(disk_real(), fd);
    }
    buf_release(&bytes);
    return rc;
}

static int name_order(const void *a, const void *b)
{
    return strcmp(((const struct name *)a)->path, ((const struct name *)b)->path);
}

/* The names at the cut: the durable ones and a first part of the pending changes. */
static void names_at(struct sim *s, struct replay *r, enum sim_cut cut, struct rng *rng,
                     struct replay *out)
{
    size_t n = r->pending.len;
    size_t keep = cut == SIM_KEPT      ? n
                  : cut == SIM_DROPPED ? 0
                                       : rng_below(rng, (uint32_t)n + 1);
    for (size_t i = 0; i < r->names.len; i++) {
        put_name(out, r->names.ptr[i].path, r->names.ptr[i].file);
    }
    for (size_t i = 0; i < keep; i++) {
        apply_name(out, &s->records.ptr[r->pending.ptr[i]]);
    }
    if (out->names.len) {
        qsort(out->names.ptr, out->names.len, sizeof *out->names.ptr, name_order);
    }
}

enum rc sim_rebuild(struct sim *s, uint64_t point, enum sim_cut cut, uint64_t seed,
                    const char *into, uint64_t *mark, struct err *e)
{
    struct replay *r = replay_to(s, point);
    struct replay *at = mem_zalloc(sizeof *at);
    struct arena *a = arena_new();
    struct rng rng = rng_seed(seed * 0x9e3779b97f4a7c15u + point * 8 + cut);
    enum rc rc = disk_mkdirs(disk_real(), into, 0700, e);
    names_at(s, r, cut, &rng, at);
    /* Sorted, so that a directory comes before what is in it. A file whose directory's own name
     * was lost is lost with it. */
    for (size_t i = 0; !rc && i < at->names.len; i++) {
        const char *path = disk_path(a, into, at->names.ptr[i].path);
        char *parent = arena_cstr(a, str_of(path));
        *strrchr(parent, '/') = '\0';
        if (!disk_exists(parent)) {
            continue;
        }
        if (at->names.ptr[i].file) {
            rc = write_file(s, r, path, at->names.ptr[i].file, cut, &rng, e);
        } else {
            rc = disk_real()->ops->mkdir(disk_real(), path, 0700, e);
        }
    }
    if (mark) {
        *mark = r->mark;
    }
    sim_replay_free(at);
    arena_free(a);
    return rc;
}

const char *sim_cut_name(enum sim_cut cut)
{
    static const char *const names[] = {"dropped", "kept", "torn", "reordered"};
    return cut < SIM_CUTS ? names[cut] : "?";
}
