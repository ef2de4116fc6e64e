#include "store/checkpoint.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/mman.h>
#include "base/arena.h"
#include "base/buf.h"
#include "base/mem.h"
#include "base/vec.h"
#include "wire/sum.h"

#define MAGIC 0x54504b43444e4f50u /* "PONDCKPT" read as a little-endian number */
#define FORMAT 2
#define PAGE 4096u
#define PIECE ((uint64_t)4 << 20)
#define HEAD_SIZE 32
#define END_SIZE 40
#define TABLE_MAX ((uint64_t)64 << 20)
#define WRITE_PIECE ((size_t)32 << 20)

/* --- Writing -------------------------------------------------------------------------------- */

struct checkpoint_writer {
    struct disk *disk;
    char *path, *temp;
    int fd;
    uint64_t at; /* bytes written so far */
    struct buf head, table;
    uint32_t sections;
};

static enum rc put(struct checkpoint_writer *w, struct str bytes, struct err *e)
{
    enum rc rc = w->disk->ops->write(w->disk, w->fd, bytes, e);
    w->at += rc ? 0 : bytes.len;
    return rc;
}

static enum rc pad(struct checkpoint_writer *w, struct err *e)
{
    static const char zeros[PAGE] = {0};
    uint64_t over = w->at % PAGE;
    return over ? put(w, str_make(zeros, (size_t)(PAGE - over)), e) : RC_OK;
}

enum rc checkpoint_create(struct disk *d, const char *path, const struct checkpoint_head *head,
                          struct checkpoint_writer **out, struct err *e)
{
    struct checkpoint_writer *w = mem_zalloc(sizeof *w);
    struct buf name = {0};
    buf_addf(&name, "%s" DISK_TEMP, path);
    w->disk = d;
    w->temp = strdup(buf_cstr(&name));
    w->path = strdup(path);
    w->fd = -1;
    buf_release(&name);
    buf_put_u64(&w->head, MAGIC);
    buf_put_u32(&w->head, FORMAT);
    buf_put_u32(&w->head, head->version);
    buf_put_u64(&w->head, head->seq);
    buf_put_u64(&w->head, head->model_hash);
    enum rc rc = d->ops->create(d, w->temp, 0600, &w->fd, e);
    rc = rc ? rc : put(w, buf_str(&w->head), e);
    rc = rc ? rc : pad(w, e);
    if (rc) {
        checkpoint_drop(w);
        return rc;
    }
    *out = w;
    return RC_OK;
}

enum rc checkpoint_add(struct checkpoint_writer *w, const char *name, const void *data,
                       size_t len, struct err *e)
{
    size_t name_len = strlen(name);
    if (name_len < 1 || name_len > CHECKPOINT_NAME_MAX) {
        return rc_fail(e, RC_BUG, "checkpoint: bad section name");
    }
    enum rc rc = pad(w, e);
    buf_put_str(&w->table, str_make(name, name_len));
    buf_put_u64(&w->table, w->at);
    buf_put_u64(&w->table, len);
    for (uint64_t at = 0; at < len; at += PIECE) {
        size_t n = len - at < PIECE ? (size_t)(len - at) : (size_t)PIECE;
        buf_put_u64(&w->table, sum64(str_make((const char *)data + at, n)));
    }
    for (size_t at = 0; !rc && at < len; at += WRITE_PIECE) {
        size_t n = len - at < WRITE_PIECE ? len - at : WRITE_PIECE;
        rc = put(w, str_make((const char *)data + at, n), e);
    }
    w->sections++;
    return rc;
}

static uint64_t table_sum(struct str head, struct str table)
{
    return sum64(table) ^ (sum64(head) * 0x9e3779b97f4a7c15u);
}

enum rc checkpoint_finish(struct checkpoint_writer *w, struct err *e)
{
    struct buf end = {0};
    enum rc rc = pad(w, e);
    buf_put_u64(&end, w->at);
    buf_put_u64(&end, w->table.len);
    buf_put_u64(&end, table_sum(buf_str(&w->head), buf_str(&w->table)));
    buf_put_u64(&end, w->sections);
    buf_put_u64(&end, MAGIC);
    rc = rc ? rc : put(w, buf_str(&w->table), e);
    rc = rc ? rc : put(w, buf_str(&end), e);
    rc = rc ? rc : w->disk->ops->sync(w->disk, w->fd, e);
    w->disk->ops->close(w->disk, w->fd);
    w->fd = -1;
    rc = rc ? rc : disk_publish(w->disk, w->temp, w->path, e);
    if (rc) {
        err_prefix(e, "checkpoint %s", w->path);
    } else {
        mem_free(w->temp);
        w->temp = NULL;
    }
    buf_release(&end);
    checkpoint_drop(w);
    return rc;
}

void checkpoint_drop(struct checkpoint_writer *w)
{
    if (!w) {
        return;
    }
    if (w->fd >= 0) {
        w->disk->ops->close(w->disk, w->fd);
    }
    if (w->temp) {
        (void)w->disk->ops->unlink(w->disk, w->temp, NULL);
    }
    buf_release(&w->head);
    buf_release(&w->table);
    mem_free(w->temp);
    mem_free(w->path);
    mem_free(w);
}

/* --- Reading -------------------------------------------------------------------------------- */

struct section {
    struct str name;
    uint64_t offset, len;
    const uint8_t *sums; /* 8 bytes a piece, little-endian */
};

struct checkpoint {
    struct disk *disk;
    char *path;
    struct checkpoint_head head;
    struct buf table;
    VEC(struct section) sections;
};

static enum rc damaged(const struct checkpoint *c, const char *what, struct err *e)
{
    rc_fail(e, RC_CORRUPT, "checkpoint %s is damaged (%s)", c->path, what);
    err_hint(e, "nothing is lost: it is rebuilt from history");
    return RC_CORRUPT;
}

static uint64_t pieces_of(uint64_t len) { return len / PIECE + (len % PIECE != 0); }

static enum rc parse_table(struct checkpoint *c, uint64_t sections, uint64_t data_end,
                           struct err *e)
{
    struct reader r = reader_of(buf_str(&c->table));
    for (uint64_t i = 0; i < sections && !r.bad; i++) {
        struct section s = {.name = reader_str(&r)};
        s.offset = reader_u64(&r);
        s.len = reader_u64(&r);
        if (r.bad || s.offset > data_end || s.len > data_end - s.offset) {
            return damaged(c, "its table", e);
        }
        s.sums = (const uint8_t *)reader_bytes(&r, (size_t)(pieces_of(s.len) * 8)).ptr;
        vec_push(&c->sections, s);
    }
    return r.bad || r.ptr != r.end ? damaged(c, "its table", e) : RC_OK;
}

static enum rc read_head(struct checkpoint *c, uint64_t size, struct err *e)
{
    char head[HEAD_SIZE];
    char end[END_SIZE];
    struct disk *d = c->disk;
    if (size < PAGE + END_SIZE) {
        return damaged(c, "too short", e);
    }
    enum rc rc = d->ops->read(d, c->path, 0, head, sizeof head, e);
    rc = rc ? rc : d->ops->read(d, c->path, size - END_SIZE, end, sizeof end, e);
    if (rc) {
        return rc;
    }
    struct reader r = reader_of(str_make(head, sizeof head));
    struct reader t = reader_of(str_make(end, sizeof end));
    bool magic = reader_u64(&r) == MAGIC;
    uint32_t format = reader_u32(&r);
    c->head.version = reader_u32(&r);
    c->head.seq = reader_u64(&r);
    c->head.model_hash = reader_u64(&r);
    uint64_t table_at = reader_u64(&t);
    uint64_t table_len = reader_u64(&t);
    uint64_t sum = reader_u64(&t);
    uint64_t sections = reader_u64(&t);
    if (!magic || reader_u64(&t) != MAGIC) {
        return damaged(c, "no checkpoint", e);
    }
    if (format != FORMAT) {
        return rc_fail(e, RC_CONFLICT, "checkpoint %s has another format", c->path);
    }
    if (table_len > TABLE_MAX || table_at > size || table_at + table_len + END_SIZE != size) {
        return damaged(c, "its end", e);
    }
    char *room = buf_room(&c->table, (size_t)table_len + 1);
    rc = d->ops->read(d, c->path, table_at, room, (size_t)table_len, e);
    c->table.len = rc ? 0 : (size_t)table_len;
    if (!rc && table_sum(str_make(head, sizeof head), buf_str(&c->table)) != sum) {
        rc = damaged(c, "its head", e);
    }
    return rc ? rc : parse_table(c, sections, table_at, e);
}

enum rc checkpoint_open(struct disk *d, const char *path, struct checkpoint **out,
                        struct err *e)
{
    uint64_t size = 0;
    enum rc rc = disk_size(path, &size, e);
    if (rc) {
        return rc;
    }
    struct checkpoint *c = mem_zalloc(sizeof *c);
    c->disk = d;
    c->path = strdup(path);
    rc = read_head(c, size, e);
    if (rc) {
        checkpoint_close(c);
        return rc;
    }
    *out = c;
    return RC_OK;
}

void checkpoint_close(struct checkpoint *c)
{
    if (c) {
        buf_release(&c->table);
        vec_release(&c->sections);
        mem_free(c->path);
        mem_free(c);
    }
}

struct checkpoint_head checkpoint_head(const struct checkpoint *c) { return c->head; }

static const struct section *find(const struct checkpoint *c, const char *name)
{
    for (size_t i = 0; i < c->sections.len; i++) {
        if (str_eq(c->sections.ptr[i].name, str_of(name))) {
            return &c->sections.ptr[i];
        }
    }
    return NULL;
}

bool checkpoint_has(const struct checkpoint *c, const char *name, uint64_t *len)
{
    const struct section *s = find(c, name);
    if (s && len) {
        *len = s->len;
    }
    return s != NULL;
}

struct piece {
    const struct section *section;
    uint64_t index;
    char *into;
};
struct load {
    const struct checkpoint *c;
    VEC(struct piece) pieces;
    atomic_size_t next;
    atomic_bool failed;
    pthread_mutex_t lock; /* guards `why` */
    struct err why;
};

static enum rc load_piece(const struct checkpoint *c, const struct piece *p, struct err *e)
{
    const struct section *s = p->section;
    uint64_t at = p->index * PIECE;
    size_t n = s->len - at < PIECE ? (size_t)(s->len - at) : (size_t)PIECE;
    enum rc rc = c->disk->ops->read(c->disk, c->path, s->offset + at, p->into, n, e);
    struct reader sums = reader_of(str_make((const char *)s->sums + p->index * 8, 8));
    if (!rc && sum64(str_make(p->into, n)) != reader_u64(&sums)) {
        rc = rc_fail(e, RC_CORRUPT, "checkpoint %s: section %.*s fails its checksum", c->path,
                     STR_FMT(s->name));
        err_hint(e, "nothing is lost: it is rebuilt from history");
    }
    return rc;
}

static void *load_run(void *arg)
{
    struct load *load = arg;
    for (;;) {
        size_t i = atomic_fetch_add(&load->next, 1);
        struct err e = {0};
        if (i >= load->pieces.len || atomic_load(&load->failed)) {
            return NULL;
        }
        if (load_piece(load->c, &load->pieces.ptr[i], &e)) {
            (void)pthread_mutex_lock(&load->lock);
            if (!atomic_exchange(&load->failed, true)) {
                load->why = e;
            }
            (void)pthread_mutex_unlock(&load->lock);
        }
    }
}

/* Fresh memory in huge pages: half a million page faults fewer per 2 GB. */
static void *section_memory(uint64_t len)
{
    char *p = mem_alloc(len ? (size_t)len : 1);
    uintptr_t from = ((uintptr_t)p + PAGE - 1) / PAGE * PAGE;
    uintptr_t to = ((uintptr_t)p + (uintptr_t)len) / PAGE * PAGE;
    if (len >= PIECE && to > from) {
        (void)madvise((void *)from, (size_t)(to - from), MADV_HUGEPAGE);
    }
    return p;
}

static enum rc plan(const struct checkpoint *c, struct load *load,
                    const struct checkpoint_want *wants, size_t len, struct err *e)
{
    for (size_t i = 0; i < len; i++) {
        const struct section *s = find(c, wants[i].name);
        if (!s) {
            return rc_fail(e, RC_MISSING, "checkpoint %s has no section %s", c->path,
                           wants[i].name);
        }
        char *into = section_memory(s->len);
        *wants[i].data = into;
        *wants[i].len = (size_t)s->len;
        for (uint64_t p = 0; p < pieces_of(s->len); p++) {
            struct piece piece = {.section = s, .index = p, .into = into + p * PIECE};
            vec_push(&load->pieces, piece);
        }
    }
    return RC_OK;
}

enum rc checkpoint_load(struct checkpoint *c, const struct checkpoint_want *wants, size_t len,
                        struct err *e)
{
    struct load load = {.c = c};
    pthread_t second;
    for (size_t i = 0; i < len; i++) {
        *wants[i].data = NULL;
        *wants[i].len = 0;
    }
    (void)pthread_mutex_init(&load.lock, NULL);
    enum rc rc = plan(c, &load, wants, len, e);
    if (!rc) {
        bool two = load.pieces.len > 1 && pthread_create(&second, NULL, load_run, &load) == 0;
        (void)load_run(&load);
        if (two) {
            (void)pthread_join(second, NULL);
        }
        if (atomic_load(&load.failed)) {
            rc = load.why.rc;
            if (e) {
                *e = load.why;
            }
        }
    }
    for (size_t i = 0; rc && i < len; i++) {
        mem_free(*wants[i].data);
        *wants[i].data = NULL;
        *wants[i].len = 0;
    }
    vec_release(&load.pieces);
    (void)pthread_mutex_destroy(&load.lock);
    return rc;
}

/* --- Checking --------------------------------------------------------------------------------- */

/* What lies between sections up to the next page is written as zeros. */
static enum rc check_gap(struct checkpoint *c, uint64_t from, uint64_t to, struct err *e)
{
    char bytes[PAGE];
    while (from < to) {
        size_t n = to - from < sizeof bytes ? (size_t)(to - from) : sizeof bytes;
        enum rc rc = c->disk->ops->read(c->disk, c->path, from, bytes, n, e);
        for (size_t i = 0; i < n && !rc; i++) {
            rc = bytes[i] ? damaged(c, "bytes between its sections", e) : RC_OK;
        }
        if (rc) {
            return rc;
        }
        from += n;
    }
    return RC_OK;
}

enum rc checkpoint_check(struct checkpoint *c, struct err *e)
{
    char *piece = mem_alloc(PIECE);
    uint64_t at = HEAD_SIZE, size = 0;
    enum rc rc = disk_size(c->path, &size, e);
    for (size_t i = 0; i < c->sections.len && !rc; i++) {
        const struct section *s = &c->sections.ptr[i];
        rc = check_gap(c, at, s->offset, e);
        for (uint64_t p = 0; p < pieces_of(s->len) && !rc; p++) {
            rc = load_piece(c, &(struct piece){.section = s, .index = p, .into = piece}, e);
        }
        at = s->offset + s->len;
    }
    rc = rc ? rc : check_gap(c, at, size - END_SIZE - c->table.len, e);
    mem_free(piece);
    return rc;
}
