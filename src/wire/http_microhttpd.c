/* The only file that includes libmicrohttpd (written against 0.9.75).
 *
 * A request goes through on_uri (its line is there), on_request once (its head), again for each piece of
 * body, again when it is complete, and on_completed, all in its worker's thread. When the handler answers
 * later, the connection is suspended: outside the library's poll, without a thread. The answer
 * (any thread) leaves its response in the exchange and resumes the connection; the library then calls
 * on_request again, which queues it. Whether the answer or the suspension comes first is decided under
 * conn->lock, so neither is lost.
 *
 * What the library does not do and is done here: deadlines (http_watch.c), limits of the head beyond its
 * memory pool, refusing of what two readers could understand differently (two lengths, a length and
 * chunks, names with spaces, control bytes), answering in the middle of a body.
 *
 * MHD_USE_TURBO is not used: it saves two calls a connection, none a request, and leaves out the
 * shutdown() that tells a client the end while a forked snapshot still holds the socket. */
#include "wire/http_parts.h"

#include <errno.h>
#include <fcntl.h>
#include <microhttpd.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"

/* Of a connection: a head of HTTP_HEAD_MAX and what the library notes of each line (72 bytes). It is wiped
 * for each request, so more is not better. */
#define POOL_BYTES ((size_t)40 << 10)
#define FIXED_BODY ((uint64_t)64 << 10) /* bodies of known length up to here lie in the arena */
#define SWALLOW_MAX                                                                            \
    ((uint64_t)64 << 10) /* of a refused body: read, so that the connection can stay */
#define TLS_SWALLOW                                                                            \
    ((uint64_t)1 << 20) /* of a chunked body that is too large, before we hang up */

#define PRIORITIES "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2"

/* ---- Lives ---- */

static void conn_release(struct http_conn *c)
{
    if (atomic_fetch_sub(&c->refs, 1) == 1) {
        (void)pthread_mutex_destroy(&c->lock);
        arena_free(c->spare);
        mem_free(c);
    }
}

static struct http_exchange *exchange_new(struct http_conn *c)
{
    struct arena *a = c->spare ? c->spare : arena_new();
    c->spare = NULL;
    struct http_exchange *x = arena_new_of(a, struct http_exchange);
    x->arena = a;
    x->conn = c;
    atomic_fetch_add(&c->refs, 1);
    atomic_init(&x->refs, 1);
    x->stream.x = x;
    return x;
}

/* keep: called by the connection's worker, which uses the arena for its next exchange. */
static void exchange_release(struct http_exchange *x, bool keep)
{
    if (atomic_fetch_sub(&x->refs, 1) != 1) {
        return;
    }
    struct http_conn *c = x->conn;
    struct arena *a = x->arena;
    buf_release(&x->grown);
    buf_release(&x->stream.queue);
    if (keep && !c->spare) {
        arena_reset(a);
        c->spare = a;
    } else {
        arena_free(a);
    }
    conn_release(c);
}

static struct http_conn *conn_of(struct MHD_Connection *mhd)
{
    const union MHD_ConnectionInfo *i =
        MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    return i ? i->socket_context : NULL;
}

/* Under conn->lock. A connection that was cut stays cut. */
static void set_phase(struct http_conn *c, enum http_phase p, int64_t now, int64_t allowed_ms)
{
    if (c->phase != HTTP_CUT) {
        c->phase = p;
        c->since_ms = c->moved_ms = now;
        c->deadline_ms = allowed_ms ? now + allowed_ms : 0;
    }
}

static void on_log(void *cls, const char *fmt, va_list args)
    __attribute__((format(printf, 2, 0)));
static void on_log(void *cls, const char *fmt, va_list args)
{
    /* What a client does, or what we do to one: nobody has to act on it. */
    static const char *const common[] = {
        "Application reported",
        "Closing connection (app",
        "Connection socket is closed",
        "Connection was closed by",
        "Socket has been disconnected",
        "Failed to send ",
        "Error processing request",
        "Failed to parse",
        "Too large value",
        "Error: received handshake",
        "Too late ",
    };
    char line[300];
    (void)vsnprintf(line, sizeof(line), fmt, args);
    for (size_t i = 0; i < sizeof(common) / sizeof(common[0]); i++) {
        if (str_starts(str_of(line), str_of(common[i]))) {
            return;
        }
    }
    http_complain(cls, "%s", line);
}

/* ---- Answers ---- */

/* Bytes below 0x20 would end the line and begin another: such a field is left out. */
static void add_field(struct MHD_Response *r, const char *name, struct str value)
{
    char text[4096];
    if (value.len == 0 || value.len >= sizeof(text)) {
        return;
    }
    for (size_t i = 0; i < value.len; i++) {
        if ((unsigned char)value.ptr[i] < 0x20 || value.ptr[i] == 0x7f) {
            return;
        }
        text[i] = value.ptr[i];
    }
    text[value.len] = '\0';
    (void)MHD_add_response_header(r, name, text);
}

static void add_fields(struct MHD_Response *r, const struct http_answer *a)
{
    if (a->type) {
        add_field(r, MHD_HTTP_HEADER_CONTENT_TYPE, str_of(a->type));
    }
    for (const struct http_field *f = a->field; f && f->name; f++) {
        add_field(r, f->name, f->value);
    }
    if (a->close) {
        (void)MHD_add_response_header(r, MHD_HTTP_HEADER_CONNECTION, "close");
    }
}

void http_wake(struct http_exchange *x)
{
    if (x->parked) {
        x->parked = false;
        MHD_resume_connection(x->mhd);
    }
}

/* Hands the response over to the worker, or drops it when the exchange is over. */
static void give(struct http_exchange *x, struct MHD_Response *r, int status, size_t size)
{
    if (!r) {
        abort(); /* only memory can have run out */
    }
    (void)pthread_mutex_lock(&x->conn->lock);
    if (x->answered) {
        abort(); /* a second answer: a mistake of ours that could reach the wrong request */
    }
    x->answered = true;
    x->status = status;
    bool over = x->over;
    if (!over) {
        if (atomic_load(&x->conn->worker->server->quiet)) {
            (void)MHD_add_response_header(r, MHD_HTTP_HEADER_CONNECTION, "close");
        }
        x->response = r;
        x->size = size;
        http_wake(x);
    }
    (void)pthread_mutex_unlock(&x->conn->lock);
    if (over) {
        MHD_destroy_response(r);
    }
}

void http_answer(struct http_exchange *x, const struct http_answer *a)
{
    struct MHD_Response *r = MHD_create_response_from_buffer(
        a->body.len, (void *)(uintptr_t)a->body.ptr, MHD_RESPMEM_MUST_COPY);
    bool later = x->later;
    if (r) {
        add_fields(r, a);
    }
    give(x, r, a->status, a->body.len);
    if (later) {
        exchange_release(x, false);
    }
}

void http_later(struct http_exchange *x)
{
    if (!x->handled || x->later) {
        abort(); /* begin may not wait, and one answer is waited for once */
    }
    x->later = true;
    atomic_fetch_add(&x->refs, 1);
}

/* ---- Streams ---- */

static ssize_t on_read(void *cls, uint64_t pos, char *dst, size_t max)
{
    struct http_exchange *x = cls;
    struct http_stream *t = &x->stream;
    ssize_t n = 0;
    (void)pos;
    (void)pthread_mutex_lock(&x->conn->lock);
    size_t left = t->queue.len - t->at;
    x->conn->moved_ms = clock_steady_ms();
    if (t->gone || atomic_load(&x->conn->worker->server->stopping)) {
        n = MHD_CONTENT_READER_END_WITH_ERROR;
    } else if (left > 0) {
        left = left < max ? left : max;
        memcpy(dst, t->queue.ptr + t->at, left);
        t->at += left;
        x->sent += left;
        n = (ssize_t)left;
    } else if (t->closed) {
        n = MHD_CONTENT_READER_END_OF_STREAM;
    } else {
        MHD_suspend_connection(x->mhd);
        x->parked = true;
    }
    (void)pthread_mutex_unlock(&x->conn->lock);
    return n;
}

struct http_stream *http_stream_begin(struct http_exchange *x, const struct http_answer *head)
{
    struct MHD_Response *r =
        MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, 1024, on_read, x, NULL);
    if (r) {
        add_fields(r, head);
    }
    if (!x->later) { /* else the stream takes over the reference of http_later */
        atomic_fetch_add(&x->refs, 1);
    }
    x->streams = true;
    if (head->body.len > 0) {
        buf_add(&x->stream.queue, head->body);
    }
    give(x, r, head->status, 0);
    return &x->stream;
}

bool http_stream_send(struct http_stream *s, struct str bytes)
{
    struct http_exchange *x = s->x;
    (void)pthread_mutex_lock(&x->conn->lock);
    if (x->over || s->closed) {
        s->gone = true;
    }
    if (!s->gone && s->queue.len - s->at + bytes.len > HTTP_STREAM_MAX) {
        s->gone = true;
        (void)shutdown(x->conn->fd, SHUT_RDWR);
        http_wake(x);
    }
    bool ok = !s->gone;
    if (ok && bytes.len > 0) {
        if (s->at > 0 && s->at >= s->queue.len / 2) { /* what was taken makes room */
            s->queue.len -= s->at;
            memmove(s->queue.ptr, s->queue.ptr + s->at, s->queue.len);
            s->at = 0;
        }
        buf_add(&s->queue, bytes);
        http_wake(x);
    }
    (void)pthread_mutex_unlock(&x->conn->lock);
    return ok;
}

size_t http_stream_waiting(struct http_stream *s)
{
    struct http_exchange *x = s->x;
    (void)pthread_mutex_lock(&x->conn->lock);
    size_t waiting = s->queue.len - s->at;
    (void)pthread_mutex_unlock(&x->conn->lock);
    return waiting;
}

void http_stream_close(struct http_stream *s)
{
    struct http_exchange *x = s->x;
    (void)pthread_mutex_lock(&x->conn->lock);
    s->closed = true;
    http_wake(x);
    (void)pthread_mutex_unlock(&x->conn->lock);
    exchange_release(x, false);
}

/* ---- The end of an exchange ---- */

static void exchange_over(struct http_exchange *x, bool sent)
{
    struct http_conn *c = x->conn;
    struct http_server *s = c->worker->server;
    (void)pthread_mutex_lock(&c->lock);
    struct MHD_Response *unused = x->response;
    x->response = NULL;
    x->over = true;
    x->parked = false;
    x->mhd = NULL;
    c->x = NULL;
    atomic_fetch_sub(&s->body_held, x->held);
    sent = sent && x->queued && !x->stream.gone;
    if (sent && !x->streams) {
        x->sent = x->size;
    }
    set_phase(c, HTTP_IDLE, clock_steady_ms(), s->o.idle_ms);
    (void)pthread_mutex_unlock(&c->lock);
    if (unused) {
        MHD_destroy_response(unused);
    }
    if (x->begun) {
        if (s->h.end) {
            s->h.end(s->h.ctx, x, sent);
        }
        atomic_fetch_sub(&s->running, 1);
    }
    exchange_release(x, true);
}

static void on_completed(void *cls, struct MHD_Connection *mhd, void **context,
                         enum MHD_RequestTerminationCode how)
{
    (void)cls;
    (void)mhd;
    if (*context) {
        exchange_over(*context, how == MHD_REQUEST_TERMINATED_COMPLETED_OK);
        *context = NULL;
    }
}

/* Queues what was answered, or lets the connection wait. MHD_NO closes it. */
static enum MHD_Result settle(struct http_exchange *x, struct MHD_Connection *mhd)
{
    struct http_conn *c = x->conn;
    struct http_server *s = c->worker->server;
    (void)pthread_mutex_lock(&c->lock);
    struct MHD_Response *r = x->response;
    bool cut = c->phase == HTTP_CUT;
    enum MHD_Result result = MHD_NO;
    if (cut) {
        /* closed below */
    } else if (r) {
        x->response = NULL;
        x->queued = true;
        set_phase(c, x->streams ? HTTP_STREAM : HTTP_SEND, clock_steady_ms(),
                  (int64_t)(s->o.idle_ms + x->size * 1000 / HTTP_PACE));
    } else if (x->later && !atomic_load(&s->stopping)) {
        MHD_suspend_connection(mhd);
        x->parked = true;
        result = MHD_YES;
    }
    (void)pthread_mutex_unlock(&c->lock);
    if (r && !cut) {
        result = MHD_queue_response(mhd, (unsigned)x->status, r);
        MHD_destroy_response(r);
    }
    return result;
}

/* An answer of our own: plain words that no browser is to take for more. */
static void refuse(struct http_exchange *x, int status)
{
    static const struct http_field fields[] = {
        {"Content-Security-Policy", {HTTP_REFUSED_POLICY, sizeof(HTTP_REFUSED_POLICY) - 1}},
        {"X-Content-Type-Options", {"nosniff", 7}},
        {"Referrer-Policy", {"no-referrer", 11}},
        {"Cache-Control", {"no-store", 8}},
        {0}};
    struct str text = arena_strf(x->arena, "%s\n", http_reason(status));
    http_answer(x, &(struct http_answer){
                       .status = status, .type = "text/plain", .body = text, .field = fields});
}

/* ---- The head ---- */

/* The library would note each field of the query in the connection's memory, and close without a word when some hundred fill
 * it. We read the query ourselves: it finds an empty one. The bytes are the connection's buffer, which it cuts up anyway. */
static void take_query(const char *uri)
{
    char *mark = strchr((char *)(uintptr_t)uri, '?');
    if (mark) {
        mark[1] = '\0';
    }
}

static void *on_uri(void *cls, const char *uri, struct MHD_Connection *mhd)
{
    struct http_worker *w = cls;
    struct http_conn *c = conn_of(mhd);
    struct http_exchange *x = exchange_new(c);
    struct str text = arena_str(x->arena, str_of(uri ? uri : ""));
    x->uri_end = uri ? uri + text.len : NULL;
    x->mhd = mhd;
    x->started_ms = clock_steady_ms();
    http_split_url(x, text);
    if (uri) {
        take_query(uri);
    }
    (void)pthread_mutex_lock(&c->lock);
    c->x = x;
    if (c->phase == HTTP_IDLE) { /* the first head of a connection began with it */
        set_phase(c, HTTP_HEAD, x->started_ms, w->server->o.head_ms);
    }
    (void)pthread_mutex_unlock(&c->lock);
    return x;
}

/* The library joins a line that is folded with the one before, elsewhere, and drops one without a name: where one field ends
 * and the next begins must then be more than the end of a line. */
static bool only_line_end(const char *from, const char *to)
{
    bool blank = to > from && to - from <= (ptrdiff_t)HTTP_HEAD_MAX;
    for (; blank && from < to; from++) {
        blank =
            *from == '\0' || *from == '\r' || *from == '\n' || *from == ' ' || *from == '\t';
    }
    return blank;
}

static enum MHD_Result on_field(void *cls, enum MHD_ValueKind kind, const char *name,
                                size_t name_len, const char *value, size_t value_len)
{
    struct http_exchange *x = cls;
    (void)kind;
    x->torn = x->torn || !only_line_end(x->line_end, name);
    x->line_end = (value ? value : name) + (value ? value_len : name_len);
    x->head[x->heads++] =
        (struct http_pair){arena_str(x->arena, str_make(name, name_len)),
                           arena_str(x->arena, str_make(value ? value : "", value_len))};
    return MHD_YES;
}

static int check_head(struct http_exchange *x, struct MHD_Connection *mhd, const char *version)
{
    const union MHD_ConnectionInfo *i =
        MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);
    if (x->path.len + x->query.len > HTTP_URL_MAX) {
        return 414;
    }
    int lines = MHD_get_connection_values_n(mhd, MHD_HEADER_KIND, NULL, NULL);
    if ((i && i->header_size > HTTP_HEAD_MAX) || lines > HTTP_HEAD_LINES) {
        return 431;
    }
    x->head = arena_array(x->arena, struct http_pair, lines);
    x->line_end = version + strlen(version);
    (void)MHD_get_connection_values_n(mhd, MHD_HEADER_KIND, on_field, x);
    /* The version follows the line's URL and one NUL, else the URL itself holds a NUL. */
    bool whole = x->uri_end && version == x->uri_end + 1 && !x->torn;
    return whole ? http_check_head(x, str_of(version)) : 400;
}

/* Where the body will lie: in the arena when its length is known and small, else in a buffer that grows
 * as bytes come, whatever was announced. */
static void make_room(struct http_exchange *x)
{
    if (x->to_file) {
        return;
    }
    if (!x->chunked && x->length <= FIXED_BODY) {
        x->fixed = arena_alloc(x->arena, (size_t)x->length + 1);
    } else {
        (void)buf_room(&x->grown, FIXED_BODY);
    }
}

static enum MHD_Result take_head(struct http_exchange *x, struct MHD_Connection *mhd,
                                 const char *method, const char *version)
{
    struct http_conn *c = x->conn;
    struct http_server *s = c->worker->server;
    x->method = arena_str(x->arena, str_of(method));
    x->head_seen = true;
    int bad = check_head(x, mhd, version);
    bool has_body = x->chunked || x->length > 0;
    if (bad) {
        c->linger = true;
        refuse(x, bad);
        return settle(x,
                      mhd); /* in this call, so the library closes the connection behind it */
    }
    x->body_ms = clock_steady_ms();
    (void)pthread_mutex_lock(&c->lock);
    bool cut = c->phase == HTTP_CUT;
    set_phase(c, has_body ? HTTP_BODY : HTTP_RUN, x->body_ms, has_body ? s->o.body_ms : 0);
    (void)pthread_mutex_unlock(&c->lock);
    if (cut) {
        return MHD_NO;
    }
    x->begun = true;
    atomic_fetch_add(&s->running, 1);
    x->limit = s->h.begin(s->h.ctx, x);
    if (!x->answered && x->length > x->limit) {
        refuse(x, 413);
    }
    if (!x->answered) {
        make_room(x);
    } else if (has_body && (x->expects || x->chunked || x->length > SWALLOW_MAX)) {
        c->linger = true;
        return settle(x, mhd);
    } else {
        x->swallow = true; /* the connection can stay, so the answer waits for the body's end */
    }
    return MHD_YES;
}

/* ---- The body ---- */

/* In the middle of a body the library takes no answer, so it goes past it; by TLS that is not possible,
 * so some of the rest is read in the hope of its end. */
static enum MHD_Result refuse_body(struct http_exchange *x, int status)
{
    struct http_conn *c = x->conn;
    if (c->tls && x->received <= x->limit + TLS_SWALLOW) {
        if (!x->answered) {
            refuse(x, status);
        }
        x->swallow = true;
        return MHD_YES;
    }
    (void)pthread_mutex_lock(&c->lock);
    if (c->phase != HTTP_CUT) {
        c->phase = HTTP_CUT;
        c->deadline_ms = 0;
        c->linger = true;
        x->status = status;
        if (!c->tls) {
            http_send_raw(c->fd, status);
        }
    }
    (void)pthread_mutex_unlock(&c->lock);
    return MHD_NO;
}

/* What cannot be written is read all the same: `handle` tells why. */
static void put_file(struct http_exchange *x, const char *data, size_t n)
{
    while (n && !x->file_rc) {
        ssize_t put = write(x->file, data, n);
        if (put == 0 || (put < 0 && errno != EINTR)) {
            x->file_rc = rc_errno(NULL, put == 0 ? EIO : errno, "body");
        }
        data += put > 0 ? put : 0;
        n -= put > 0 ? (size_t)put : 0;
    }
}

/* False when all bodies together are too large. */
static bool keep_body(struct http_exchange *x, const char *data, size_t n)
{
    struct http_server *s = x->conn->worker->server;
    if (x->to_file) {
        put_file(x, data, n);
        return true;
    }
    if (atomic_fetch_add(&s->body_held, n) + n > s->o.body_bytes) {
        atomic_fetch_sub(&s->body_held, n);
        return false;
    }
    x->held += n;
    if (!x->fixed) {
        buf_add(&x->grown, str_make(data, n));
    } else {
        memcpy(x->fixed + x->received, data,
               n); /* the library gives no more than was announced */
    }
    return true;
}

static enum MHD_Result take_body(struct http_exchange *x, const char *data, size_t *size)
{
    struct http_conn *c = x->conn;
    const struct http_options *o = &c->worker->server->o;
    size_t n = *size;
    int64_t now = clock_steady_ms();
    *size = 0;
    if (!x->swallow && x->received + n <= x->limit && !keep_body(x, data, n)) {
        return refuse_body(x, 503);
    }
    x->received += n;
    if (x->received > x->limit && (x->chunked || !x->swallow)) {
        return refuse_body(x, 413);
    }
    int64_t left = x->body_ms + o->body_ms + (int64_t)(x->received * 1000 / HTTP_PACE) - now;
    left = left < o->body_ms ? left : o->body_ms;
    (void)pthread_mutex_lock(&c->lock);
    set_phase(c, HTTP_BODY, now, left > 0 ? left : 1);
    bool cut = c->phase == HTTP_CUT;
    (void)pthread_mutex_unlock(&c->lock);
    return cut ? MHD_NO : MHD_YES;
}

static void run_handler(struct http_exchange *x)
{
    struct http_conn *c = x->conn;
    struct http_server *s = c->worker->server;
    (void)pthread_mutex_lock(&c->lock);
    set_phase(c, HTTP_RUN, clock_steady_ms(), 0);
    bool cut = c->phase == HTTP_CUT;
    (void)pthread_mutex_unlock(&c->lock);
    x->handled = true;
    if (!cut && !x->swallow) {
        s->h.handle(s->h.ctx, x);
        if (!x->later && !x->answered) {
            http_complain(s, "a handler neither answered nor said that it will");
            refuse(x, 500);
        }
    }
}

static enum MHD_Result on_request(void *cls, struct MHD_Connection *mhd, const char *url,
                                  const char *method, const char *version, const char *data,
                                  size_t *size, void **context)
{
    struct http_exchange *x = *context;
    (void)cls;
    (void)url;
    if (!x) {
        return MHD_NO;
    }
    if (!x->head_seen) {
        return take_head(x, mhd, method, version);
    }
    if (*size > 0) {
        return take_body(x, data, size);
    }
    if (!x->handled) {
        run_handler(x);
    }
    return settle(x, mhd);
}

/* ---- Connections ---- */

static void conn_open(struct http_worker *w, struct MHD_Connection *mhd, void **context)
{
    struct http_server *s = w->server;
    struct http_conn *c = mem_zalloc(sizeof(*c));
    (void)pthread_mutex_init(&c->lock, NULL);
    atomic_init(&c->refs, 1);
    c->worker = w;
    c->tls = s->tls;
    c->fd = MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
    c->address = http_peer_of(
        MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_CLIENT_ADDRESS)->client_addr, c->peer);
    set_phase(c, HTTP_HEAD, clock_steady_ms(), s->o.head_ms);
    *context = c;
    (void)pthread_mutex_lock(&s->lock);
    c->next = s->conns;
    if (c->next) {
        c->next->prev = c;
    }
    s->conns = c;
    (void)pthread_mutex_unlock(&s->lock);
}

static void conn_close(struct http_worker *w, struct http_conn *c)
{
    struct http_server *s = w->server;
    if (c->x) { /* the library lost the connection without a word */
        exchange_over(c->x, false);
    }
    (void)pthread_mutex_lock(&s->lock);
    if (c->prev) {
        c->prev->next = c->next;
    } else {
        s->conns = c->next;
    }
    if (c->next) {
        c->next->prev = c->prev;
    }
    (void)pthread_mutex_unlock(&s->lock);
    if (c->linger && !atomic_load(&s->stopping)) {
        int fd = fcntl(c->fd, F_DUPFD_CLOEXEC, 0);
        (void)shutdown(c->fd, SHUT_WR);
        http_linger(s, fd);
    }
    atomic_fetch_sub(&w->open, 1);
    http_seat_leave(s, c->address);
    conn_release(c);
}

static void on_connection(void *cls, struct MHD_Connection *mhd, void **context,
                          enum MHD_ConnectionNotificationCode what)
{
    if (what == MHD_CONNECTION_NOTIFY_STARTED) {
        conn_open(cls, mhd, context);
    } else if (*context) {
        conn_close(cls, *context);
        *context = NULL;
    }
}

bool http_hand_over(struct http_worker *w, int fd, const struct sockaddr *a, socklen_t len)
{
    return MHD_add_connection(w->daemon, fd, a, len) == MHD_YES; /* closes fd in any case */
}

/* ---- Workers ---- */

static size_t keep_escapes(void *cls, struct MHD_Connection *mhd, char *s)
{
    (void)cls;
    (void)mhd;
    return strlen(s);
}

enum rc http_worker_start(struct http_server *s, uint32_t i, const char *certificate,
                          const char *key, struct err *e)
{
    struct http_worker *w = &s->worker[i];
    struct MHD_OptionItem tls[] = {
        {MHD_OPTION_HTTPS_MEM_CERT, 0, (void *)(uintptr_t)certificate},
        {MHD_OPTION_HTTPS_MEM_KEY, 0, (void *)(uintptr_t)key},
        {MHD_OPTION_HTTPS_PRIORITIES, 0, (void *)(uintptr_t)PRIORITIES},
        {MHD_OPTION_END, 0, NULL},
    };
    const unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME |
                           MHD_USE_ITC | MHD_USE_NO_LISTEN_SOCKET | MHD_USE_ERROR_LOG |
                           (s->tls ? (unsigned)MHD_USE_TLS : 0);
    w->server = s;
    w->daemon = MHD_start_daemon(
        flags, 0, NULL, NULL, on_request, w, MHD_OPTION_EXTERNAL_LOGGER, on_log, s,
        MHD_OPTION_CONNECTION_LIMIT, (unsigned)s->o.connections + HTTP_SPARE,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, POOL_BYTES, MHD_OPTION_NOTIFY_COMPLETED,
        on_completed, w, MHD_OPTION_NOTIFY_CONNECTION, on_connection, w,
        MHD_OPTION_URI_LOG_CALLBACK, on_uri, w, MHD_OPTION_UNESCAPE_CALLBACK, keep_escapes,
        NULL, MHD_OPTION_ARRAY, s->tls ? tls : &tls[3], MHD_OPTION_END);
    w->bell = -1;
    if (w->daemon) {
        s->workers++;
        return http_bell_hang(
            w, MHD_get_daemon_info(w->daemon, MHD_DAEMON_INFO_EPOLL_FD)->epoll_fd, e);
    }
    if (s->tls) {
        rc_fail(e, RC_INVALID,
                "the certificate and its key are no PEM, or do not belong together");
        err_hint(e, "give the chain, the server's own certificate first, and its key without a "
                    "passphrase");
    } else {
        rc_fail(e, RC_IO, "the HTTP server does not start");
    }
    err_detail(e, "libmicrohttpd: %s", s->first_complaint);
    return e ? e->rc : s->tls ? RC_INVALID : RC_IO;
}

void http_worker_stop(struct http_worker *w) { MHD_stop_daemon(w->daemon); }
