#include "serve/snapshot_wire.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

size_t frame_begin(struct buf *out, enum frame_kind kind)
{
    size_t at = out->len;
    buf_put_u8(out, (uint8_t)kind);
    buf_put_u32(out, 0);
    return at;
}

void frame_end(struct buf *out, size_t at)
{
    uint32_t len = (uint32_t)(out->len - at - FRAME_HEAD);
    for (unsigned i = 0; i < 4; i++) {
        out->ptr[at + 1 + i] = (char)(len >> (8 * i));
    }
}

bool frame_send(int fd, struct str bytes)
{
    while (bytes.len) {
        ssize_t n = send(fd, bytes.ptr, bytes.len, MSG_NOSIGNAL);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n <= 0) {
            return false;
        }
        bytes = str_slice(bytes, (size_t)n, bytes.len);
    }
    return true;
}

static bool read_all(int fd, char *to, size_t len)
{
    while (len) {
        ssize_t n = read(fd, to, len);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n <= 0) {
            return false;
        }
        to += n;
        len -= (size_t)n;
    }
    return true;
}

int frame_take(int fd, int wait_ms, struct buf *into)
{
    struct pollfd p = {.fd = fd, .events = POLLIN};
    int got = poll(&p, 1, wait_ms);
    char head[FRAME_HEAD];
    buf_clear(into);
    if (got == 0 || (got < 0 && errno == EINTR)) {
        return 0;
    }
    if (got < 0 || !read_all(fd, head, sizeof(head))) {
        return -1;
    }
    struct reader r = reader_of(str_make(head, sizeof(head)));
    int kind = reader_u8(&r);
    uint32_t len = reader_u32(&r);
    if (len > FRAME_MAX || !read_all(fd, buf_room(into, len), len)) {
        return -1;
    }
    into->len = len;
    return kind;
}

/* ---- a call ---- */

static void put_principal(struct buf *out, const struct principal *p)
{
    buf_put_u8(out, (uint8_t)p->kind);
    buf_put_u8(out, (uint8_t)p->role);
    buf_put_u64(out, (uint64_t)p->id);
    buf_put_str(out, p->name);
    buf_put_str(out, p->address);
}

static struct principal get_principal(struct reader *r, struct arena *a)
{
    struct principal p = {0};
    p.kind = (enum principal_kind)reader_u8(r);
    p.role = (enum role)reader_u8(r);
    p.id = (int64_t)reader_u64(r);
    p.name = arena_str(a, reader_str(r));
    p.address = arena_str(a, reader_str(r));
    return p;
}

static uint32_t fields_of(const struct op *op)
{
    uint32_t n = 0;
    while (op->in && op->in[n].name) {
        n++;
    }
    return n;
}

void frame_put_call(struct buf *out, const struct live_call *c)
{
    uint32_t fields = fields_of(c->op);
    buf_put_str(out, str_of(c->op->name));
    buf_put_u8(out, (uint8_t)c->lang);
    buf_put_u8(out, (uint8_t)c->format);
    buf_put_str(out, str_of(c->plot));
    buf_put_u8(out, c->xlsx);
    put_principal(out, &c->by);
    for (uint32_t i = 0; i < fields; i++) {
        uint32_t n = op_args_count(c->args, i);
        buf_put_varint(out, n);
        for (uint32_t k = 0; k < n; k++) {
            buf_put_str(out, op_args_at(c->args, i, k));
        }
    }
}

bool frame_get_call(struct reader *r, struct arena *a, const struct op_book *book,
                    struct live_call *c)
{
    c->op = op_find(book, reader_str(r));
    c->lang = (enum lang)reader_u8(r);
    c->format = (enum op_format)reader_u8(r);
    struct str plot = reader_str(r);
    c->plot = plot.len ? arena_cstr(a, plot) : NULL;
    c->xlsx = reader_u8(r);
    c->by = get_principal(r, a);
    if (r->bad || !c->op) {
        return false;
    }
    c->args = op_args_new(a, c->op);
    for (uint32_t i = 0; i < fields_of(c->op); i++) {
        for (uint64_t n = reader_varint(r); n && !r->bad; n--) {
            struct str value = arena_str(a, reader_str(r));
            if (op_args_set(c->args, str_of(c->op->in[i].name), value, NULL)) {
                return false;
            }
        }
    }
    return !r->bad;
}

/* ---- a reply ---- */

void frame_put_reply(struct buf *out, const struct live_reply *r)
{
    buf_put_u8(out, (uint8_t)r->rc);
    buf_put_str(out, str_of(r->err.msg));
    buf_put_str(out, str_of(r->err.hint));
    buf_put_str(out, str_of(r->err.detail));
    buf_put_str(out, str_of(r->type));
    buf_put_u64(out, r->seq);
    buf_put_u64(out, (uint64_t)r->as_of_ms);
    buf_put_str(out, r->body);
}

static void get_text(struct reader *r, char *to, size_t size)
{
    struct str s = str_slice(reader_str(r), 0, size - 1);
    if (s.len) {
        memcpy(to, s.ptr, s.len);
    }
    to[s.len] = '\0';
}

bool frame_get_reply(struct reader *r, struct arena *a, struct live_reply *out)
{
    *out = (struct live_reply){.rc = (enum rc)reader_u8(r)};
    out->err.rc = out->rc;
    get_text(r, out->err.msg, sizeof(out->err.msg));
    get_text(r, out->err.hint, sizeof(out->err.hint));
    get_text(r, out->err.detail, sizeof(out->err.detail));
    struct str type = reader_str(r);
    out->type = type.len ? arena_cstr(a, type) : NULL;
    out->seq = reader_u64(r);
    out->as_of_ms = (int64_t)reader_u64(r);
    out->body = arena_str(a, reader_str(r));
    return !r->bad && (unsigned)out->rc < RC_COUNT;
}
