#include "serve/snapshot.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include "serve/call.h"
#include "app/hooks.h"
#include "app/ops.h"
#include "serve/snapshot_wire.h"
#include "store/ledger.h"
#include "base/mem.h"

#define READY_MS 5000
#define TRIES 2
#define POLL_MS 50
#define LOOK_MS 1000
#define STUCK_MS 10000 /* without any processor time, and not waiting for a disk */
#define NICE 5
#define REST_MS 5000
#define CHILD_FD 3

struct snapshot {
    pid_t pid;
    int fd;
    uint64_t seq;
    int64_t as_of_ms;
    double cost_s;
    struct buf in, out;
};

/* ---- in the copy ---- */

static void tell_progress(void *ctx, double share, struct str text)
{
    int fd = *(int *)ctx;
    struct buf out = {0};
    size_t at = frame_begin(&out, FRAME_PROGRESS);
    buf_put_u32(&out, share >= 0 && share <= 1 ? (uint32_t)(share * 10000) : UINT32_MAX);
    buf_put_str(&out, text);
    frame_end(&out, at);
    (void)frame_send(fd, buf_str(&out));
    buf_release(&out);
}

static bool send_reply(int fd, const struct live_reply *r)
{
    struct buf out = {0};
    size_t at = frame_begin(&out, FRAME_REPLY);
    frame_put_reply(&out, r);
    frame_end(&out, at);
    bool sent = frame_send(fd, buf_str(&out));
    buf_release(&out);
    return sent;
}

/* A snapshot is ended, it does not exit: what it ran is counted as it goes (./do coverage). */
static void count_lines(void)
{
#ifdef POND_COVERAGE
    extern void __gcov_dump(void);
    extern void __gcov_reset(void);
    __gcov_dump();
    __gcov_reset();
#endif
}

static bool serve_one(struct pond *p, int fd, int kind, struct str payload)
{
    struct arena *a = arena_new();
    struct live_reply r = {.rc = RC_OK};
    struct sealed sealed;
    if (kind == FRAME_CALL) {
        struct reader in = reader_of(payload);
        struct live_call c;
        if (frame_get_call(&in, a, ops_book(), &c)) {
            call_run(p, &c, a, tell_progress, &fd, &r);
        } else {
            r.rc = rc_fail(&r.err, RC_BUG, "a snapshot was sent bytes that are no call");
        }
    } else if (kind == FRAME_SEAL) {
        r.rc = brand_seal_write(p->brand, &sealed, &r.err);
        r.body = str_make((const char *)&sealed, sizeof(sealed));
    } else {
        r.rc = brand_checkpoint_apart(p->brand, &r.err);
    }
    count_lines(); /* before the answer: behind it we may be ended at any moment */
    bool sent = send_reply(fd, &r);
    arena_free(a);
    return sent;
}

/* Everything of the parent but the socket is let go; what it answers from is memory and the files it opens itself. */
static void let_go(int fd)
{
    struct sigaction plain;
    memset(&plain, 0, sizeof(plain));
    plain.sa_handler = SIG_DFL;
    (void)sigaction(SIGTERM, &plain, NULL);
    plain.sa_handler =
        SIG_IGN; /* an interrupt at the terminal is for the parent, which ends us */
    (void)sigaction(SIGINT, &plain, NULL);
    (void)sigaction(SIGHUP, &plain, NULL);
    if (fd != CHILD_FD) {
        (void)dup2(fd, CHILD_FD);
    }
    (void)syscall(SYS_close_range, CHILD_FD + 1, ~0u, 0);
    (void)prctl(PR_SET_NAME, "pond-snapshot");
}

/* Ends the copy when the parent is gone, in the middle of whatever it does. (PR_SET_PDEATHSIG would tell of the end of
 * the thread that forked.) */
static void *watch_parent(void *arg)
{
    struct pollfd p = {.fd = CHILD_FD, .events = 0};
    (void)arg;
    while (poll(&p, 1, -1) < 1 || !(p.revents & (POLLHUP | POLLERR | POLLNVAL))) {
    }
    _exit(0);
}

static void child_main(struct pond *p, enum brand_mode mode, int fd)
{
    struct buf in = {0};
    struct err e = {0};
    pthread_t watch;
    let_go(fd);
    fd = CHILD_FD;
#ifdef POND_COVERAGE
    extern void __gcov_reset(void);
    __gcov_reset(); /* what ran before is the parent's to count */
#endif
    if (pthread_create(&watch, NULL, watch_parent, NULL)) {
        _exit(1);
    }
    enum rc rc = brand_snapshot(p->brand, mode, &e);
    hooks_listen(p->hooks, NULL, NULL);
    p->lent = true;
    p->rest = NULL;
    struct live_reply first = {.rc = rc, .err = e};
    if (!send_reply(fd, &first) || rc) {
        _exit(1);
    }
    /* The writer waits until here: no lower priority before, nothing slow (the lake's engine opens later). */
    (void)setpriority(PRIO_PROCESS, 0, getpriority(PRIO_PROCESS, 0) + NICE);
    for (bool rests = false;;) {
        int kind = frame_take(fd, rests ? -1 : REST_MS, &in);
        if (kind < 0 || (kind && !serve_one(p, fd, kind, buf_str(&in)))) {
            _exit(0);
        }
        rests = !kind;
        if (rests) {
            mem_give_back(); /* what answers took: a copy may rest for minutes */
        }
    }
}

/* ---- in the parent ---- */

static void stop_process(struct snapshot *s)
{
    if (s->fd >= 0) {
        (void)close(s->fd);
        s->fd = -1;
    }
    if (s->pid > 0) {
        (void)kill(s->pid, SIGKILL);
        while (waitpid(s->pid, NULL, 0) < 0 && errno == EINTR) {
        }
        s->pid = 0;
    }
}

static enum rc fork_once(struct pond *p, enum brand_mode mode, pthread_mutex_t *names,
                         struct snapshot *s, struct err *e)
{
    int pair[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair)) {
        return rc_errno(e, errno, "cannot make a socket for a snapshot");
    }
    enum rc rc = brand_fork_begin(p->brand, mode, e);
    if (rc) {
        (void)close(pair[0]);
        (void)close(pair[1]);
        return rc;
    }
    (void)pthread_mutex_lock(names);
    ledger_fork_begin();
    pid_t pid = fork();
    int failed = errno;
    ledger_fork_end();
    (void)pthread_mutex_unlock(names);
    if (pid == 0) {
        child_main(p, mode, pair[1]);
    }
    (void)close(pair[1]);
    rc = brand_fork_end(p->brand, e);
    if (pid < 0) {
        (void)close(pair[0]);
        return rc ? rc : rc_errno(e, failed, "cannot copy this process for a snapshot");
    }
    s->pid = pid;
    s->fd = pair[0];
    return rc;
}

/* The copy's first word: whether it stands. */
static enum rc wait_ready(struct snapshot *s, struct err *e)
{
    struct arena *a = arena_new();
    struct live_reply first;
    int kind = frame_take(s->fd, READY_MS, &s->in);
    struct reader r = reader_of(buf_str(&s->in));
    enum rc rc = RC_OK;
    if (kind != FRAME_REPLY || !frame_get_reply(&r, a, &first)) {
        rc = rc_fail(e, RC_BUSY, "a snapshot %s",
                     kind ? "ended at its start" : "did not get ready");
        err_hint(e, "ask again; if it stays, look at free memory");
    } else if (first.rc) {
        rc = first.rc;
        if (e) {
            *e = first.err;
        }
    }
    arena_free(a);
    return rc;
}

enum rc snapshot_new(struct pond *p, enum brand_mode mode, pthread_mutex_t *names,
                     struct snapshot **out, struct err *e)
{
    struct snapshot *s = mem_zalloc(sizeof(*s));
    enum rc rc = RC_BUSY;
    int64_t from = clock_steady_ms();
    s->seq = p->brand->seq;
    s->as_of_ms = clock_now(&p->clock);
    for (int i = 0; i < TRIES && rc == RC_BUSY; i++) {
        s->fd = -1;
        rc = fork_once(p, mode, names, s, e);
        rc = rc ? rc : wait_ready(s, e);
        if (rc) {
            stop_process(s);
        }
    }
    s->cost_s = (double)(clock_steady_ms() - from) / 1000;
    if (rc) {
        mem_free(s);
        return rc;
    }
    *out = s;
    return RC_OK;
}

void snapshot_free(struct snapshot *s)
{
    if (s) {
        stop_process(s);
        buf_release(&s->in);
        buf_release(&s->out);
        mem_free(s);
    }
}

double snapshot_cost_s(const struct snapshot *s) { return s->cost_s; }

/* How the process ended, in words. */
static void say_death(struct snapshot *s, struct live_reply *out)
{
    int status = 0;
    pid_t got = s->pid > 0 ? waitpid(s->pid, &status, WNOHANG) : 0;
    for (int i = 0; got == 0 && s->pid > 0 && i < 20; i++) {
        (void)usleep(10000);
        got = waitpid(s->pid, &status, WNOHANG);
    }
    if (got == s->pid) {
        s->pid = 0;
    }
    *out = (struct live_reply){0};
    if (got > 0 && WIFSIGNALED(status)) {
        int number = WTERMSIG(status);
        out->rc = rc_fail(&out->err, number == SIGKILL ? RC_TOO_LARGE : RC_BUG,
                          "the process that worked on it was ended by signal %d", number);
        err_hint(&out->err, number == SIGKILL ? "memory may have run out: ask for less at once"
                                              : "please report it; nothing was changed");
    } else {
        out->rc = rc_fail(&out->err, RC_BUG, "the process that worked on it ended");
    }
}

struct listen {
    void (*progress)(void *ctx, double share, struct str text);
    bool (*stop)(void *ctx);
    void *ctx;
};

static void pass_progress(const struct listen *l, struct str payload)
{
    struct reader r = reader_of(payload);
    uint32_t share = reader_u32(&r);
    struct str text = reader_str(&r);
    if (l->progress && !r.bad) {
        l->progress(l->ctx, share <= 10000 ? share / 10000.0 : -1, text);
    }
}

/* Does the process still work? One that waits for a lock which another thread held at the fork uses no processor time
 * ever again. */
struct pulse {
    int64_t looked_ms, moved_ms; /* steady */
    unsigned long long ticks;
};

static bool is_stuck(const struct snapshot *s, struct pulse *p)
{
    int64_t now = clock_steady_ms();
    unsigned long long user = 0, system = 0;
    char path[64], state = 0;
    if (now - p->looked_ms < LOOK_MS) {
        return false;
    }
    p->looked_ms = now;
    (void)snprintf(path, sizeof(path), "/proc/%d/stat", (int)s->pid);
    FILE *f = fopen(path, "re");
    int got = f ? fscanf(f, "%*d %*s %c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %llu %llu",
                         &state, &user, &system)
                : 0;
    if (f) {
        (void)fclose(f);
    }
    if (got != 3 || state == 'D' || user + system != p->ticks) {
        p->ticks = user + system;
        p->moved_ms = now;
    }
    return now - p->moved_ms >= STUCK_MS;
}

/* Sends what is in s->out, waits for the reply. */
static bool converse(struct snapshot *s, const struct listen *l, struct arena *a,
                     struct live_reply *out)
{
    bool alive = s->fd >= 0 && frame_send(s->fd, buf_str(&s->out));
    int64_t now = clock_steady_ms();
    struct pulse pulse = {now, now, 0};
    while (alive) {
        int kind = frame_take(s->fd, POLL_MS, &s->in);
        if (kind == FRAME_REPLY) {
            struct reader r = reader_of(buf_str(&s->in));
            if (frame_get_reply(&r, a, out)) {
                return true;
            }
            alive = false;
        } else if (kind == FRAME_PROGRESS) {
            pass_progress(l, buf_str(&s->in));
        } else if (kind < 0) {
            alive = false;
        }
        if (alive && l->stop && l->stop(l->ctx)) {
            stop_process(s);
            *out = (struct live_reply){0};
            out->rc = rc_fail(&out->err, RC_STOPPED, "it was stopped");
            return false;
        }
        if (alive && is_stuck(s, &pulse)) {
            stop_process(s);
            *out = (struct live_reply){0};
            out->rc = rc_fail(&out->err, RC_BUSY, "the process that worked on it stood still");
            err_hint(&out->err, "ask again");
            return false;
        }
    }
    say_death(s, out);
    stop_process(s);
    return false;
}

static void begin(struct snapshot *s, enum frame_kind kind, const struct live_call *c)
{
    buf_clear(&s->out);
    size_t at = frame_begin(&s->out, kind);
    if (c) {
        frame_put_call(&s->out, c);
    }
    frame_end(&s->out, at);
}

bool snapshot_call(struct snapshot *s, const struct live_call *c, struct arena *a,
                   void (*progress)(void *ctx, double share, struct str text),
                   bool (*stop)(void *ctx), void *ctx, struct live_reply *out)
{
    const struct listen l = {progress, stop, ctx};
    begin(s, FRAME_CALL, c);
    bool alive = converse(s, &l, a, out);
    out->seq = s->seq;
    out->as_of_ms = s->as_of_ms;
    return alive;
}

static enum rc simple(struct snapshot *s, enum frame_kind kind, struct arena *a,
                      struct live_reply *r, struct err *e)
{
    const struct listen nobody = {0};
    begin(s, kind, NULL);
    (void)converse(s, &nobody, a, r);
    if (r->rc && e) {
        *e = r->err;
    }
    return r->rc;
}

enum rc snapshot_seal(struct snapshot *s, struct sealed *out, struct err *e)
{
    struct arena *a = arena_new();
    struct live_reply r;
    enum rc rc = simple(s, FRAME_SEAL, a, &r, e);
    if (!rc && r.body.len != sizeof(*out)) {
        rc = rc_fail(e, RC_BUG, "a snapshot sealed, but what it says is too short");
    }
    if (!rc) {
        memcpy(out, r.body.ptr, sizeof(*out));
    }
    arena_free(a);
    return rc;
}

enum rc snapshot_checkpoint(struct snapshot *s, struct err *e)
{
    struct arena *a = arena_new();
    struct live_reply r;
    enum rc rc = simple(s, FRAME_CHECKPOINT, a, &r, e);
    arena_free(a);
    return rc;
}
