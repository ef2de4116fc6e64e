/* Shared by the files of the HTTP server only (http_*.c).
 *
 * Threads  The watch thread accepts, hands connections to the worker that has fewest, and cuts those whose
 *          time is up. A worker is a daemon of the library with one thread: it reads, calls the
 *          handler and writes. Answers come from any thread.
 * Locks    http_server.lock guards the list of connections, seats and lingering sockets;
 *          http_conn.lock guards a connection's phase, its exchange and that exchange's answer and stream.
 *          In this order; the library's own locks come last. No callback of the owner runs under either.
 * Lives    A connection lives while its socket or an exchange of it does. An exchange has one reference by
 *          its connection (until `end`), one by http_later (until the answer), one by its stream (until
 *          http_stream_close), so an answer that comes too late finds it alive.
 */
#ifndef POND_WIRE_HTTP_PARTS_H
#define POND_WIRE_HTTP_PARTS_H

#include <netinet/in.h>
#include <pthread.h>
#include <stdatomic.h>

#include "base/buf.h"
#include "base/hash.h"
#include "wire/http.h"

#define HTTP_HEAD_MAX (32u << 10)
#define HTTP_URL_MAX (24u << 10)
#define HTTP_HEAD_LINES 100
#define HTTP_STREAM_MAX ((size_t)1 << 20)
#define HTTP_PACE 1024 /* bytes a second that a body comes, and an answer goes, at least */
/* Of answers of our own, which nobody is to render. */
#define HTTP_REFUSED_POLICY "default-src 'none'; frame-ancestors 'none'"
#define HTTP_LINGER_MS 1000 /* how long a refused client may take to read why */
#define HTTP_LINGERS 256
#define HTTP_WORKERS 64
#define HTTP_SEATS 1024
#define HTTP_SPARE 16 /* connections beyond the cap, while others are being closed for them */

enum http_phase {
    HTTP_IDLE, /* between two requests                  until idle_ms      */
    HTTP_HEAD, /* a head is coming                      until head_ms      */
    HTTP_BODY, /* a body is coming                      until its pace     */
    HTTP_RUN,  /* the handler has it                    for ever           */
    HTTP_SEND, /* the answer is going                   until its pace, or idle_ms without a byte */
    HTTP_STREAM, /* a stream is going                     until idle_ms without a byte */
    HTTP_CUT,    /* refused: whatever still comes of it is not handled       */
};

struct http_worker {
    struct http_server *server;
    void *daemon; /* struct MHD_Daemon */
    int bell;     /* an eventfd that the library polls too; -1: none */
    _Atomic uint32_t open;
};

/* How many connections one address (IPv4), one /64 (IPv6) has. */
struct http_seat {
    struct http_seat *next;
    uint64_t address;
    uint32_t taken;
};

struct http_conn {
    pthread_mutex_t lock;
    _Atomic uint32_t refs;
    struct http_worker *worker;
    struct http_conn *prev, *next; /* http_server.conns */
    int fd;                        /* open while in the list */
    bool tls;
    bool spent;  /* the client has sent its last byte */
    bool linger; /* what the client still sends is read for a while after the end */
    uint64_t address;
    char peer[INET6_ADDRSTRLEN];
    enum http_phase phase;
    int64_t since_ms, deadline_ms; /* of the phase; deadline 0: none */
    int64_t moved_ms;              /* when bytes of an answer last moved */
    uint64_t acked; /* bytes the peer has confirmed, by the kernel's count, when last looked */
    struct http_exchange *x; /* the one that is on; NULL between two */
    struct arena *spare;     /* of the last exchange; the worker's thread only */
};

struct http_pair {
    struct str name, value;
};

struct http_stream {
    struct http_exchange *x;
    struct buf queue;
    size_t at;   /* of the queue: given to the library */
    bool closed; /* by its owner */
    bool gone;   /* the client is, or is too slow */
};

struct http_exchange {
    struct arena *arena; /* holds this struct too */
    struct http_conn *conn;
    _Atomic uint32_t refs;
    /* The request; the worker writes it before the handler sees it. */
    const char *line_end; /* of the field read last, where the library has it */
    bool torn;            /* there is more between two fields than a line's end */
    const char *uri_end;  /* of the library's memory */
    struct str method, path, query;
    struct http_pair *head;
    uint32_t heads;
    bool expects, chunked;
    bool head_seen, begun, handled;
    bool swallow; /* the answer is known: the body is read and dropped */
    uint64_t length, limit, received;
    uint64_t held;    /* of http_server.body_held */
    struct buf grown; /* the body, when it is no small one of known length */
    bool to_file;     /* it goes into `file` instead */
    int file;
    enum rc file_rc; /* the first write that failed */
    char *fixed;
    int64_t started_ms, body_ms;
    void *user;
    /* The answer: under conn->lock until it is queued. */
    void *mhd;      /* struct MHD_Connection; NULL when the exchange is over */
    void *response; /* struct MHD_Response, not yet queued */
    int status;
    uint64_t size, sent;
    bool later, answered, parked, queued, over;
    bool streams;
    struct http_stream stream;
};

struct http_server {
    struct http_options o; /* with defaults filled in; texts are not kept */
    struct http_handler h;
    bool tls;
    char address[80];
    int listen_fd, wake_fd;
    pthread_t watch;
    bool watching;
    struct hash_key seed;
    uint32_t workers;
    struct http_worker worker[HTTP_WORKERS];
    _Atomic uint32_t open, running;
    _Atomic bool quiet, stopping, ending;
    _Atomic int64_t complained_ms;
    char first_complaint[200]; /* of the start */
    bool starting;
    _Atomic uint64_t body_held; /* bytes of bodies, of exchanges that are on */

    pthread_mutex_t lock;
    pthread_cond_t changed; /* the listening socket was closed */
    struct http_conn *conns;
    struct http_seat *seats[HTTP_SEATS];
    struct {
        int fd;
        int64_t until_ms;
    } linger[HTTP_LINGERS];
    uint32_t lingers;
};

/* http_listen.c */
enum rc http_listen(struct http_server *s, struct str address, struct err *e);

/* http_watch.c */
enum rc http_watch_start(struct http_server *s, struct err *e);
void http_watch_stop(struct http_server *s);
void http_watch_wake(struct http_server *s);
/* Takes over a socket (-1 is fine): reads and drops what comes for HTTP_LINGER_MS, then closes it. */
void http_linger(struct http_server *s, int fd);
void http_seat_leave(struct http_server *s, uint64_t address);
/* The part of an address that is counted; writes it as text. */
uint64_t http_peer_of(const struct sockaddr *a, char text[INET6_ADDRSTRLEN]);
/* Sends a bare answer past the library; only where it is known not to be sending. */
void http_send_raw(int fd, int status);

/* http_bell.c */
enum rc http_bell_hang(struct http_worker *w, int epoll_fd, struct err *e);
/* True while a worker has many connections: then it is to be rung often. */
bool http_bell_ring(struct http_server *s);
void http_bell_release(struct http_worker *w); /* when nobody rings any more */

/* http_head.c */
void http_split_url(struct http_exchange *x, struct str url);
/* 0, or the status that refuses the request. Sets length, chunked, expects. */
int http_check_head(struct http_exchange *x, struct str version);

/* http_server.c */
void http_complain(struct http_server *s, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* http_microhttpd.c */
enum rc http_worker_start(struct http_server *s, uint32_t i, const char *certificate,
                          const char *key, struct err *e);
void http_worker_stop(struct http_worker *w);
bool http_hand_over(struct http_worker *w, int fd, const struct sockaddr *a, socklen_t len);
void http_wake(struct http_exchange *x); /* under conn->lock: lets a parked exchange go on */
const char *http_reason(int status);

#endif
