/* The recording, and the simulated disk over the real one. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include "base/arena.h"
#include "base/mem.h"
#include "fault/sim_internal.h"

/* --- Recording (the lock is held by the notes themselves) ------------------------------------- */

bool sim_trips(struct sim *s)
{
    (void)pthread_mutex_lock(&s->lock);
    s->calls++;
    bool trips = s->fail_at && (s->calls == s->fail_at || (s->stuck && s->calls > s->fail_at));
    s->failed = s->failed || trips;
    (void)pthread_mutex_unlock(&s->lock);
    return trips;
}

/* The path below the root, or NULL outside of it. A relative path is taken as it is. */
static const char *below(const struct sim *s, const char *path)
{
    if (strncmp(path, s->root, s->root_len) != 0) {
        return NULL;
    }
    path += s->root_len;
    return *path == '/' ? path + 1 : *path ? NULL : path;
}

static void add(struct sim *s, struct record r)
{
    if (s->recording) {
        vec_push(&s->records, r);
    }
}

static struct name *find(struct sim *s, const char *path)
{
    for (size_t i = 0; i < s->names.len; i++) {
        if (strcmp(s->names.ptr[i].path, path) == 0) {
            return &s->names.ptr[i];
        }
    }
    return NULL;
}

static void forget(struct sim *s, const char *path)
{
    struct name *n = find(s, path);
    if (n) {
        mem_free(n->path);
        *n = s->names.ptr[--s->names.len];
    }
}

static uint32_t create(struct sim *s, const char *path)
{
    struct name n = {.path = strdup(path), .file = ++s->files};
    vec_push(&s->names, n);
    add(s, (struct record){.call = CALL_CREATE, .file = n.file, .name = strdup(path)});
    return n.file;
}

uint32_t sim_note_create(struct sim *s, const char *path)
{
    uint32_t file = 0;
    (void)pthread_mutex_lock(&s->lock);
    path = below(s, path);
    if (s->recording && path) {
        struct name *n = find(s, path);
        file = n ? n->file : create(s, path);
        if (n) {
            add(s, (struct record){.call = CALL_TRUNCATE, .file = file});
        }
    }
    (void)pthread_mutex_unlock(&s->lock);
    return file;
}

uint32_t sim_note_open(struct sim *s, const char *path)
{
    uint32_t file = 0;
    (void)pthread_mutex_lock(&s->lock);
    path = below(s, path);
    if (s->recording && path) {
        struct name *n = find(s, path);
        file = n ? n->file : create(s, path);
    }
    (void)pthread_mutex_unlock(&s->lock);
    return file;
}

void sim_note_write(struct sim *s, uint32_t file, uint64_t offset, const void *bytes,
                    size_t len)
{
    (void)pthread_mutex_lock(&s->lock);
    if (s->recording && file) {
        char *copy = mem_alloc(len + 1);
        memcpy(copy, bytes, len);
        add(s,
            (struct record){
                .call = CALL_WRITE, .file = file, .offset = offset, .bytes = copy, .len = len});
    }
    (void)pthread_mutex_unlock(&s->lock);
}

static void note_file(struct sim *s, enum call call, uint32_t file, uint64_t offset)
{
    (void)pthread_mutex_lock(&s->lock);
    if (file) {
        add(s, (struct record){.call = call, .file = file, .offset = offset});
    }
    (void)pthread_mutex_unlock(&s->lock);
}

void sim_note_truncate(struct sim *s, uint32_t file, uint64_t size)
{
    note_file(s, CALL_TRUNCATE, file, size);
}

void sim_note_sync(struct sim *s, uint32_t file) { note_file(s, CALL_SYNC, file, 0); }

void sim_note_path(struct sim *s, enum call call, const char *path, const char *to)
{
    (void)pthread_mutex_lock(&s->lock);
    path = below(s, path);
    to = to ? below(s, to) : NULL;
    struct name *n = path ? find(s, path) : NULL;
    uint32_t file = n ? n->file : 0;
    if (s->recording && path) {
        add(s, (struct record){.call = call,
                               .file = file,
                               .name = strdup(path),
                               .to = to ? strdup(to) : NULL});
        if (call == CALL_UNLINK || call == CALL_RENAME) {
            forget(s, path);
        }
        if ((call == CALL_RENAME || call == CALL_LINK) && to) {
            forget(s, to);
            struct name fresh = {.path = strdup(to), .file = file};
            vec_push(&s->names, fresh);
        }
        if (call == CALL_MKDIR && !n) {
            struct name fresh = {.path = strdup(path)};
            vec_push(&s->names, fresh);
        }
    }
    (void)pthread_mutex_unlock(&s->lock);
}

void sim_note_sync_parent(struct sim *s, const char *path)
{
    struct arena *a = arena_new();
    const char *slash = strrchr(path, '/');
    size_t len = slash ? (size_t)(slash - path) : 0;
    sim_note_path(s, CALL_SYNC_DIR, arena_cstr(a, str_make(path, len)), NULL);
    arena_free(a);
}

void sim_mark(struct sim *s, uint64_t value)
{
    (void)pthread_mutex_lock(&s->lock);
    add(s, (struct record){.call = CALL_MARK, .offset = value});
    (void)pthread_mutex_unlock(&s->lock);
}

/* --- The disk --------------------------------------------------------------------------------- */

static struct sim *sim_of(struct disk *d) { return (struct sim *)d; }

static enum rc fault(struct sim *s, const char *what, struct err *e)
{
    return rc_errno(e, s->kind == SIM_ENOSPC ? ENOSPC : EIO, "%s (simulated)", what);
}

static struct open_file *opened(struct sim *s, int fd)
{
    for (size_t i = 0; i < s->open.len; i++) {
        if (s->open.ptr[i].fd == fd) {
            return &s->open.ptr[i];
        }
    }
    return NULL;
}

static enum rc do_create(struct disk *d, const char *path, unsigned mode, int *fd,
                         struct err *e)
{
    struct sim *s = sim_of(d);
    if (sim_trips(s)) {
        return fault(s, path, e);
    }
    enum rc rc = disk_real()->ops->create(disk_real(), path, mode, fd, e);
    if (!rc) {
        struct open_file o = {.fd = *fd, .file = sim_note_create(s, path)};
        vec_push(&s->open, o);
    }
    return rc;
}

static enum rc do_write(struct disk *d, int fd, struct str bytes, struct err *e)
{
    struct sim *s = sim_of(d);
    struct open_file *o = opened(s, fd);
    bool trips = sim_trips(s);
    if (trips) {
        bytes.len /= 2; /* a disk fills up in the middle of a write */
    }
    enum rc rc = disk_real()->ops->write(disk_real(), fd, bytes, e);
    if (!rc && o) {
        sim_note_write(s, o->file, o->at, bytes.ptr, bytes.len);
        o->at += bytes.len;
    }
    return trips ? fault(s, "write", e) : rc;
}

static enum rc do_sync(struct disk *d, int fd, struct err *e)
{
    struct sim *s = sim_of(d);
    struct open_file *o = opened(s, fd);
    if (sim_trips(s)) {
        return fault(s, "sync", e);
    }
    if (o) {
        sim_note_sync(s, o->file);
    }
    (void)fd;
    return RC_OK; /* a test need not wait for the real disk */
}

static void do_close(struct disk *d, int fd)
{
    struct sim *s = sim_of(d);
    struct open_file *o = opened(s, fd);
    if (o) {
        *o = s->open.ptr[--s->open.len];
    }
    disk_real()->ops->close(disk_real(), fd);
}

static enum rc do_sync_dir(struct disk *d, const char *dir, struct err *e)
{
    struct sim *s = sim_of(d);
    if (sim_trips(s)) {
        return fault(s, dir, e);
    }
    sim_note_path(s, CALL_SYNC_DIR, dir, NULL);
    return RC_OK;
}

/* Somebody else wrote the file behind our back: all of its bytes come into the record now. */
static enum rc do_adopt(struct disk *d, const char *path, struct err *e)
{
    struct sim *s = sim_of(d);
    struct buf bytes = {0};
    if (sim_trips(s)) {
        return fault(s, path, e);
    }
    enum rc rc = disk_get(disk_real(), path, UINT64_MAX, &bytes, e);
    if (!rc && below(s, path) && s->recording) {
        bool known = find(s, below(s, path)) != NULL;
        uint32_t file = sim_note_open(s, path);
        if (!known) {
            sim_note_write(s, file, 0, bytes.ptr, bytes.len);
        }
        sim_note_sync(s, file);
    }
    buf_release(&bytes);
    return rc;
}

static enum rc do_rename(struct disk *d, const char *from, const char *to, struct err *e)
{
    struct sim *s = sim_of(d);
    if (sim_trips(s)) {
        return fault(s, from, e);
    }
    enum rc rc = disk_real()->ops->rename(disk_real(), from, to, e);
    if (!rc) {
        sim_note_path(s, CALL_RENAME, from, to);
    }
    return rc;
}

static enum rc do_link(struct disk *d, const char *from, const char *to, struct err *e)
{
    struct sim *s = sim_of(d);
    if (sim_trips(s)) {
        return fault(s, from, e);
    }
    enum rc rc = disk_real()->ops->link(disk_real(), from, to, e);
    if (!rc) {
        sim_note_path(s, CALL_LINK, from, to);
    }
    return rc;
}

static enum rc do_unlink(struct disk *d, const char *path, struct err *e)
{
    struct sim *s = sim_of(d);
    if (sim_trips(s)) {
        return fault(s, path, e);
    }
    enum rc rc = disk_real()->ops->unlink(disk_real(), path, e);
    if (!rc) {
        sim_note_path(s, CALL_UNLINK, path, NULL);
    }
    return rc;
}

static enum rc do_mkdir(struct disk *d, const char *path, unsigned mode, struct err *e)
{
    struct sim *s = sim_of(d);
    if (sim_trips(s)) {
        return fault(s, path, e);
    }
    enum rc rc = disk_real()->ops->mkdir(disk_real(), path, mode, e);
    if (!rc) {
        sim_note_path(s, CALL_MKDIR, path, NULL);
    }
    return rc;
}

static enum rc do_read(struct disk *d, const char *path, uint64_t offset, void *out, size_t len,
                       struct err *e)
{
    struct sim *s = sim_of(d);
    if (sim_trips(s)) {
        return fault(s, path, e);
    }
    return disk_real()->ops->read(disk_real(), path, offset, out, len, e);
}

static const struct disk_ops sim_ops = {
    .name = "sim",
    .create = do_create,
    .write = do_write,
    .sync = do_sync,
    .close = do_close,
    .sync_dir = do_sync_dir,
    .adopt = do_adopt,
    .rename = do_rename,
    .link = do_link,
    .unlink = do_unlink,
    .mkdir = do_mkdir,
    .read = do_read,
};

/* --- Life ------------------------------------------------------------------------------------- */

struct sim *sim_new(const char *root)
{
    struct sim *s = mem_zalloc(sizeof *s);
    s->disk.ops = &sim_ops;
    s->root = realpath(root, NULL);
    s->root_len = strlen(s->root);
    (void)snprintf(s->vfs_name, sizeof s->vfs_name, "sim-%p", (void *)s);
    (void)pthread_mutex_init(&s->lock, NULL);
    sim_vfs_register(s);
    return s;
}

void sim_free(struct sim *s)
{
    if (!s) {
        return;
    }
    sim_vfs_drop(s);
    sim_replay_free(s->replay);
    for (size_t i = 0; i < s->records.len; i++) {
        mem_free(s->records.ptr[i].bytes);
        free(s->records.ptr[i].name);
        free(s->records.ptr[i].to);
    }
    for (size_t i = 0; i < s->names.len; i++) {
        free(s->names.ptr[i].path);
    }
    vec_release(&s->records);
    vec_release(&s->names);
    vec_release(&s->open);
    (void)pthread_mutex_destroy(&s->lock);
    free(s->root);
    mem_free(s);
}

struct disk *sim_disk(struct sim *s) { return &s->disk; }

const char *sim_vfs(const struct sim *s) { return s->vfs_name; }

void sim_fail_at(struct sim *s, uint64_t nth, enum sim_fault kind, bool stuck)
{
    s->calls = 0;
    s->fail_at = nth;
    s->kind = kind;
    s->stuck = stuck;
    s->failed = false;
}

uint64_t sim_calls(const struct sim *s) { return s->calls; }

bool sim_failed(const struct sim *s) { return s->failed; }

void sim_record(struct sim *s, bool on) { s->recording = on; }
