/* Appended by plain write(2), not through struct disk: the lines are a service to whoever looks for a fault, nothing is
 * acknowledged on their account, and a new process goes on in the file of the day. */
#include "serve/rejects.h"
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/day.h"
#include "base/mem.h"
#include "wire/json.h"

struct rejects {
    pthread_mutex_t lock;
    struct disk *disk;
    struct arena *arena;
    const char *dir;
    int fd; /* -1: none open */
    int32_t day;
    uint64_t bytes, dropped;
};

struct rejects *rejects_new(struct disk *disk, const char *dir)
{
    struct rejects *r = mem_zalloc(sizeof(*r));
    (void)pthread_mutex_init(&r->lock, NULL);
    r->arena = arena_new();
    r->disk = disk;
    r->dir = disk_path(r->arena, dir, "rejects");
    r->fd = -1;
    return r;
}

static void close_file(struct rejects *r)
{
    if (r->fd >= 0) {
        (void)close(r->fd);
        r->fd = -1;
    }
}

void rejects_free(struct rejects *r)
{
    if (r) {
        close_file(r);
        (void)pthread_mutex_destroy(&r->lock);
        arena_free(r->arena);
        mem_free(r);
    }
}

/* "http-2026-11-22.ndjson" -> its day; DAY_NONE for other files. */
static int32_t day_of(struct str name)
{
    int32_t day = DAY_NONE;
    if (str_starts(name, STR("http-")) && str_ends(name, STR(".ndjson"))) {
        (void)day_parse(str_slice(name, 5, name.len - 7), &day);
    }
    return day;
}

static void remove_old(struct rejects *r, int32_t today)
{
    struct arena *a = arena_new();
    struct str *names = NULL;
    size_t n = 0;
    if (disk_list(a, r->dir, &names, &n, NULL) == RC_OK) {
        for (size_t i = 0; i < n; i++) {
            int32_t day = day_of(names[i]);
            if (day != DAY_NONE && day < today - REJECTS_DAYS) {
                (void)r->disk->ops->unlink(r->disk,
                                           disk_path(a, r->dir, arena_cstr(a, names[i])), NULL);
            }
        }
    }
    arena_free(a);
}

static bool open_file(struct rejects *r, int32_t day)
{
    struct arena *a = arena_new();
    struct stat st;
    char text[16];
    struct str name = arena_strf(a, "http-%s.ndjson", day_format(day, text));
    close_file(r);
    if (disk_mkdirs(r->disk, r->dir, 0700, NULL) == RC_OK) {
        r->fd = open(disk_path(a, r->dir, name.ptr), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC,
                     0600);
    }
    r->day = day;
    r->bytes = r->fd >= 0 && fstat(r->fd, &st) == 0 ? (uint64_t)st.st_size : 0;
    remove_old(r, day);
    arena_free(a);
    return r->fd >= 0;
}

static void put_line(const struct reject_line *l, struct buf *out)
{
    struct json j;
    json_init(&j, out);
    json_begin_object(&j);
    json_put_i64(&j, "at_ms", l->at_ms);
    json_put_cstr(&j, "collector", l->collector);
    json_put_i64(&j, "event", (int64_t)l->event);
    json_put_text(&j, "field", l->field);
    json_put_cstr(&j, "reason", l->reason);
    json_put_str(&j, "raw", l->raw);
    json_end_object(&j);
    buf_add_byte(out, '\n');
}

static bool put_bytes(int fd, struct str s)
{
    while (s.len) {
        ssize_t n = write(fd, s.ptr, s.len);
        if (n < 0 && errno != EINTR) {
            return false;
        }
        s = str_slice(s, n > 0 ? (size_t)n : 0, s.len);
    }
    return true;
}

void rejects_add(struct rejects *r, const struct reject_line *l)
{
    struct buf b = {0};
    put_line(l, &b);
    (void)pthread_mutex_lock(&r->lock);
    bool open = (r->fd >= 0 && r->day == l->day) || open_file(r, l->day);
    if (open && r->bytes + b.len <= REJECTS_DAY_BYTES && put_bytes(r->fd, buf_str(&b))) {
        r->bytes += b.len;
    } else {
        r->dropped++;
    }
    (void)pthread_mutex_unlock(&r->lock);
    buf_release(&b);
}

uint64_t rejects_dropped(struct rejects *r)
{
    (void)pthread_mutex_lock(&r->lock);
    uint64_t n = r->dropped;
    (void)pthread_mutex_unlock(&r->lock);
    return n;
}
