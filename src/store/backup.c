/* The list of a backup is text, one file a line, so that it can be read and checked by hand:
 *     POND BACKUP 1
 *     brand demo
 *     seq 71034
 *     file 00000000000000000000000000000000 4096 demo/ledger.db      (XXH3-128, bytes, path)
 *     ...
 *     end 00000000000000000000000000000000                          (XXH3-128 of all above)
 */
#include "store/backup.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>
#include "base/buf.h"
#include "base/vec.h"
#include "store/ledger.h"
#include "store/lockfile.h"
#include "store/log.h"
#include "store/manifest.h"
#include "wire/sum.h"

#define LIST_NAME "BACKUP"
#define KEY_NAME "pond.key"
#define LIST_MAX (64u << 20)
#define TRIES 3

static enum rc sum_file(const char *path, struct sum128 *sum, uint64_t *size, struct err *e)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return rc_errno(e, errno, "cannot open %s", path);
    }
    enum rc rc = sum128_fd(fd, sum, size, e);
    (void)close(fd);
    return rc;
}

/* --- Making --------------------------------------------------------------------------------- */

struct making {
    const struct backup_job *job;
    struct arena *arena;
    struct buf list;
    struct backup_sum sum;
    uint64_t all_bytes;
    struct segment *segments;
    size_t segments_len;
};

static const char *path_in(struct making *m, const char *dir, const char *name)
{
    return disk_path(m->arena, dir, name);
}

static enum rc note(struct making *m, const char *name, const char *want, struct err *e)
{
    struct sum128 sum = {0};
    uint64_t size = 0;
    char hex[33];
    enum rc rc = sum_file(path_in(m, m->job->to, name), &sum, &size, e);
    if (rc) {
        return rc;
    }
    (void)sum128_hex(sum, hex);
    if (want && !str_eq(str_of(hex), str_of(want))) {
        rc_fail(e, RC_CORRUPT, "segment %s fails its checksum and cannot be backed up", name);
        err_hint(e, "an older backup may hold it whole: pond restore");
        return RC_CORRUPT;
    }
    buf_addf(&m->list, "file %s %llu %s\n", hex, (unsigned long long)size, name);
    m->sum.files++;
    m->sum.bytes += size;
    const struct backup_job *job = m->job;
    if (job->progress && !job->progress(job->ctx, m->sum.bytes, m->all_bytes)) {
        return rc_fail(e, RC_STOPPED, "the backup was interrupted and is not complete");
    }
    return RC_OK;
}

static enum rc check_target(const struct backup_job *job, struct err *e)
{
    struct arena *a = arena_new();
    struct str *names = NULL;
    size_t len = 0;
    enum rc rc = disk_mkdirs(job->disk, job->to, 0700, e);
    rc = rc ? rc : disk_list(a, job->to, &names, &len, e);
    if (!rc && len > 0) {
        rc = rc_fail(e, RC_CONFLICT, "%s is not empty", job->to);
        err_hint(e, "name a directory that does not exist yet");
    }
    arena_free(a);
    return rc;
}

/* One snapshot of the ledger into the backup, and what it lists. */
static enum rc copy_ledger(struct making *m, const char *name, struct err *e)
{
    struct ledger_options reads = {.mode = LEDGER_READ, .vfs = m->job->vfs};
    struct ledger_options frozen = {.mode = LEDGER_FROZEN};
    struct ledger *l = NULL;
    const char *from = path_in(m, m->job->data_dir, name);
    const char *to = path_in(m, m->job->to, name);
    if (disk_exists(to)) {
        (void)m->job->disk->ops->unlink(m->job->disk, to, NULL);
    }
    enum rc rc = ledger_open(from, &reads, &l, e);
    rc = rc ? rc : ledger_copy(l, m->job->disk, to, e);
    ledger_close(l);
    l = NULL;
    rc = rc ? rc : ledger_open(to, &frozen, &l, e);
    rc = rc ? rc : manifest_read(m->arena, l, NULL, &m->segments, &m->segments_len, e);
    rc = rc ? rc : log_next_seq(l, &m->sum.seq, e);
    ledger_close(l);
    if (!rc) {
        m->sum.seq--;
        m->all_bytes = 0;
        for (size_t i = 0; i < m->segments_len; i++) {
            m->all_bytes += (uint64_t)m->segments[i].bytes;
        }
        rc = note(m, name, NULL, e);
    }
    return rc;
}

static enum rc copy_segment(struct making *m, const struct segment *s, struct err *e)
{
    const struct backup_job *job = m->job;
    const char *name = path_in(m, path_in(m, job->brand, "lake"), s->file);
    const char *from = path_in(m, job->data_dir, name);
    const char *to = path_in(m, job->to, name);
    enum rc rc = RC_OK;
    if (!disk_exists(to)) {
        rc = job->copy ? RC_CONFLICT : job->disk->ops->link(job->disk, from, to, e);
        rc = rc == RC_CONFLICT ? disk_copy(job->disk, from, to, 0600, e) : rc;
    }
    return rc ? rc : note(m, name, s->checksum, e);
}

/* The ledger and the segments it lists, which stay while the lake is shared. Where sharing is not to
 * be had, a writer that starts meanwhile may remove some that were replaced; then a newer snapshot is
 * taken. */
static enum rc copy_brand(struct making *m, struct err *e)
{
    const struct backup_job *job = m->job;
    const char *lake = path_in(m, path_in(m, job->to, job->brand), "lake");
    const char *ledger = path_in(m, job->brand, "ledger.db");
    size_t kept = m->list.len;
    struct backup_sum start = m->sum;
    struct lockfile *hold =
        lockfile_share(path_in(m, path_in(m, job->data_dir, job->brand), "lake"));
    enum rc rc = disk_mkdirs(job->disk, lake, 0700, e);
    for (int i = 0; !rc && i < TRIES; i++) {
        m->list.len = kept;
        m->sum = start;
        rc = copy_ledger(m, ledger, e);
        for (size_t s = 0; !rc && s < m->segments_len; s++) {
            rc = copy_segment(m, &m->segments[s], e);
        }
        if (rc != RC_MISSING) {
            break;
        }
        rc = i + 1 < TRIES ? RC_OK : rc;
    }
    lockfile_drop(hold);
    return rc ? rc : job->disk->ops->sync_dir(job->disk, lake, e);
}

static enum rc write_list(struct making *m, struct err *e)
{
    struct buf text = {0};
    char hex[33];
    buf_addf(&text, "POND BACKUP 1\nbrand %s\nseq %llu\n", m->job->brand,
             (unsigned long long)m->sum.seq);
    buf_add(&text, buf_str(&m->list));
    buf_addf(&text, "end %s\n", sum128_hex(sum128(buf_str(&text)), hex));
    enum rc rc =
        disk_put(m->job->disk, path_in(m, m->job->to, LIST_NAME), buf_str(&text), 0600, e);
    buf_release(&text);
    return rc;
}

enum rc backup_make(const struct backup_job *job, struct backup_sum *out, struct err *e)
{
    struct making m = {.job = job, .arena = arena_new()};
    const char *brand = path_in(&m, job->data_dir, job->brand);
    enum rc rc = RC_OK;
    if (!disk_exists(path_in(&m, brand, "ledger.db"))) {
        rc = rc_fail(e, RC_MISSING, "there is no brand at %s", brand);
    }
    rc = rc ? rc : check_target(job, e);
    rc = rc ? rc
            : disk_copy(job->disk, path_in(&m, job->data_dir, KEY_NAME),
                        path_in(&m, job->to, KEY_NAME), 0600, e);
    rc = rc ? rc : note(&m, KEY_NAME, NULL, e);
    rc = rc ? rc : copy_brand(&m, e);
    rc = rc ? rc : write_list(&m, e);
    if (!rc && out) {
        *out = m.sum;
    }
    buf_release(&m.list);
    arena_free(m.arena);
    return rc;
}

/* --- Reading a list ------------------------------------------------------------------------- */

struct entry {
    struct str path, hex;
    uint64_t size;
};
struct list {
    struct str brand;
    uint64_t seq;
    VEC(struct entry) files;
    struct buf text;
};

static void list_release(struct list *l)
{
    vec_release(&l->files);
    buf_release(&l->text);
}

/* Paths stay inside the backup whatever the list says. */
static bool safe(struct str path)
{
    struct str rest = path;
    if (path.len == 0 || path.ptr[0] == '/' || str_find_byte(path, '\0', 0) != SIZE_MAX) {
        return false;
    }
    while (rest.ptr) {
        struct str part = str_cut(&rest, '/');
        if (part.len == 0 || str_eq(part, STR(".")) || str_eq(part, STR(".."))) {
            return false;
        }
    }
    return true;
}

static bool parse_line(struct list *l, struct str line)
{
    struct str word = str_cut(&line, ' ');
    if (str_eq(word, STR("brand"))) {
        l->brand = line;
        return safe(line) && str_find_byte(line, '/', 0) == SIZE_MAX;
    }
    if (str_eq(word, STR("seq"))) {
        return str_u64(line, &l->seq);
    }
    if (str_eq(word, STR("file"))) {
        struct entry f = {.hex = str_cut(&line, ' ')};
        bool fine = str_u64(str_cut(&line, ' '), &f.size);
        f.path = line;
        vec_push(&l->files, f);
        return fine && f.hex.len == 32 && safe(line);
    }
    return false;
}

static bool parse(struct list *l)
{
    struct str rest = buf_str(&l->text);
    bool fine = str_eq(str_cut(&rest, '\n'), STR("POND BACKUP 1"));
    while (fine && rest.ptr) {
        const char *begin = rest.ptr;
        struct str line = str_cut(&rest, '\n');
        if (str_starts(line, STR("end "))) {
            struct str above = str_make(l->text.ptr, (size_t)(begin - l->text.ptr));
            char hex[33];
            (void)sum128_hex(sum128(above), hex);
            return str_eq(str_slice(line, 4, line.len), str_of(hex)) && rest.len == 0 &&
                   l->brand.len > 0;
        }
        fine = parse_line(l, line);
    }
    return false;
}

static enum rc list_read(const char *from, struct disk *d, struct list *l, struct err *e)
{
    struct arena *a = arena_new();
    const char *path = disk_path(a, from, LIST_NAME);
    enum rc rc = disk_get(d, path, LIST_MAX, &l->text, e);
    if (rc == RC_MISSING) {
        rc_fail(e, rc, "%s is no backup, or an unfinished one: it has no file BACKUP", from);
    } else if (!rc && !parse(l)) {
        rc = rc_fail(e, RC_CORRUPT, "%s fails its checksum", path);
    }
    arena_free(a);
    return rc;
}

/* --- Verifying ------------------------------------------------------------------------------ */

static enum rc check_file(const char *from, const struct entry *f, struct err *e)
{
    struct arena *a = arena_new();
    struct sum128 sum = {0};
    uint64_t size = 0;
    char hex[33];
    const char *path = disk_path(a, from, arena_cstr(a, f->path));
    enum rc rc = sum_file(path, &sum, &size, e);
    if (rc == RC_MISSING) {
        rc_fail(e, RC_CORRUPT, "the backup lacks %.*s", STR_FMT(f->path));
        rc = RC_CORRUPT;
    } else if (!rc && (size != f->size || !str_eq(str_of(sum128_hex(sum, hex)), f->hex))) {
        rc = rc_fail(e, RC_CORRUPT, "%.*s in the backup fails its checksum", STR_FMT(f->path));
    }
    arena_free(a);
    return rc;
}

static bool lists(const struct list *l, struct str path, struct str hex)
{
    for (size_t i = 0; i < l->files.len; i++) {
        if (str_eq(l->files.ptr[i].path, path)) {
            return str_eq(l->files.ptr[i].hex, hex);
        }
    }
    return false;
}

/* SQLite's own check, and every segment of the manifest among the files. */
static enum rc check_ledger(const char *from, const struct list *l, struct err *e)
{
    struct arena *a = arena_new();
    struct ledger_options frozen = {.mode = LEDGER_FROZEN};
    struct ledger *ledger = NULL;
    struct segment *segments = NULL;
    size_t len = 0;
    struct str name = arena_strf(a, "%.*s/ledger.db", STR_FMT(l->brand));
    enum rc rc = ledger_open(disk_path(a, from, name.ptr), &frozen, &ledger, e);
    rc = rc ? rc : ledger_check(ledger, e);
    rc = rc ? rc : manifest_read(a, ledger, NULL, &segments, &len, e);
    for (size_t i = 0; !rc && i < len; i++) {
        struct str path = arena_strf(a, "%.*s/lake/%s", STR_FMT(l->brand), segments[i].file);
        if (!lists(l, path, str_of(segments[i].checksum))) {
            rc = rc_fail(e, RC_CORRUPT, "the backup lacks segment %s", segments[i].file);
        }
    }
    ledger_close(ledger);
    arena_free(a);
    return rc;
}

static enum rc verify(const char *from, struct disk *d, struct list *l, struct backup_sum *out,
                      struct err *e)
{
    struct backup_sum sum = {0};
    enum rc rc = list_read(from, d, l, e);
    for (size_t i = 0; !rc && i < l->files.len; i++) {
        rc = check_file(from, &l->files.ptr[i], e);
        sum.files++;
        sum.bytes += l->files.ptr[i].size;
    }
    rc = rc ? rc : check_ledger(from, l, e);
    sum.seq = l->seq;
    if (!rc && out) {
        *out = sum;
    }
    return rc;
}

enum rc backup_look(const char *from, struct disk *d, struct arena *a, struct str *brand,
                    struct backup_sum *out, struct err *e)
{
    struct list l = {0};
    enum rc rc = list_read(from, d, &l, e);
    if (!rc) {
        *brand = arena_str(a, l.brand);
        *out = (struct backup_sum){.files = (uint32_t)l.files.len, .seq = l.seq};
        for (size_t i = 0; i < l.files.len; i++) {
            out->bytes += l.files.ptr[i].size;
        }
    }
    list_release(&l);
    return rc;
}

enum rc backup_verify(const char *from, struct disk *d, struct backup_sum *out, struct err *e)
{
    struct list l = {0};
    enum rc rc = verify(from, d, &l, out, e);
    list_release(&l);
    return rc;
}

/* --- Restoring ------------------------------------------------------------------------------ */

static enum rc restore_key(struct arena *a, const char *from, const char *data_dir,
                           struct disk *d, bool only_look, struct err *e)
{
    struct buf ours = {0};
    struct buf theirs = {0};
    const char *key = disk_path(a, data_dir, KEY_NAME);
    enum rc rc = disk_get(d, disk_path(a, from, KEY_NAME), 1 << 16, &theirs, e);
    if (!rc && disk_exists(key)) {
        rc = disk_get(d, key, 1 << 16, &ours, e);
        if (!rc && !str_eq(buf_str(&ours), buf_str(&theirs))) {
            rc = rc_fail(e, RC_CONFLICT, "%s has another key than the backup", data_dir);
            err_hint(e, "restore into a directory of its own (--data DIR)");
        }
    } else if (!rc && !only_look) {
        rc = disk_put(d, key, buf_str(&theirs), 0600, e);
    }
    buf_release(&ours);
    buf_release(&theirs);
    return rc;
}

/* Removes what an interrupted restore left. */
static void clear(struct arena *a, struct disk *d, const char *dir)
{
    const char *dirs[] = {disk_path(a, dir, "lake"), dir};
    for (size_t i = 0; i < 2; i++) {
        struct str *names = NULL;
        size_t len = 0;
        if (disk_list(a, dirs[i], &names, &len, NULL)) {
            continue;
        }
        for (size_t n = 0; n < len; n++) {
            (void)d->ops->unlink(d, disk_path(a, dirs[i], names[n].ptr), NULL);
        }
        (void)rmdir(dirs[i]);
    }
}

static enum rc restore_files(struct arena *a, const char *from, const struct list *l,
                             const char *into, struct disk *d, struct err *e)
{
    enum rc rc = disk_mkdirs(d, disk_path(a, into, "lake"), 0700, e);
    for (size_t i = 0; !rc && i < l->files.len; i++) {
        struct str path = l->files.ptr[i].path;
        if (!str_eq(str_slice(path, 0, l->brand.len), l->brand) ||
            str_find_byte(path, '/', 0) != l->brand.len) {
            continue; /* the key */
        }
        struct str inside = str_slice(path, l->brand.len + 1, path.len);
        rc = disk_copy(d, disk_path(a, from, arena_cstr(a, path)),
                       disk_path(a, into, arena_cstr(a, inside)), 0600, e);
    }
    return rc;
}

enum rc backup_restore(const char *from, const char *data_dir, const char *brand,
                       struct disk *d, struct backup_sum *out, struct err *e)
{
    struct arena *a = arena_new();
    struct list l = {0};
    enum rc rc = verify(from, d, &l, out, e);
    if (rc) {
        goto done;
    }
    const char *name = brand ? brand : arena_cstr(a, l.brand);
    const char *target = disk_path(a, data_dir, name);
    const char *temp = arena_cstr(a, arena_strf(a, "%s/.%s.restore" DISK_TEMP, data_dir, name));
    if (disk_exists(target)) {
        rc = rc_fail(e, RC_CONFLICT, "there is a brand at %s already", target);
        err_hint(e, "restore under another name (--brand), or move that directory away");
        goto done;
    }
    rc = disk_mkdirs(d, data_dir, 0700, e);
    rc = rc ? rc : restore_key(a, from, data_dir, d, true, e);
    if (rc) {
        goto done;
    }
    clear(a, d, temp);
    rc = restore_files(a, from, &l, temp, d, e);
    rc = rc ? rc : restore_key(a, from, data_dir, d, false, e);
    rc = rc ? rc : d->ops->rename(d, temp, target, e);
    rc = rc ? rc : d->ops->sync_dir(d, data_dir, e);
    if (rc && disk_exists(temp)) {
        clear(a, d, temp);
    }
done:
    list_release(&l);
    arena_free(a);
    return rc;
}
