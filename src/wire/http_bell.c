/* What keeps many requests from waiting for one more.
 *
 * The library takes EVENTS_MAX events from the kernel at once. When it gets as many, it asks for more and waits for
 * them, for ever if need be, before it looks at what it got: 128 clients that all wait for answers would wait on. So
 * the library's epoll set also holds an event of no connection, which it steps over; it is rung while a worker has
 * that many connections. */
#include "wire/http_parts.h"

#include <errno.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#define EVENTS_MAX 128

enum rc http_bell_hang(struct http_worker *w, int epoll_fd, struct err *e)
{
    /* Without a pointer: what the library takes for no connection. Each write is an edge, so nobody reads. */
    struct epoll_event event = {.events = EPOLLIN | EPOLLET, .data.ptr = NULL};
    w->bell = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    return w->bell >= 0 && epoll_ctl(epoll_fd, EPOLL_CTL_ADD, w->bell, &event) == 0
               ? RC_OK
               : rc_errno(e, errno, "starting to listen");
}

bool http_bell_ring(struct http_server *s)
{
    const uint64_t one = 1;
    bool any = false;
    for (uint32_t i = 0; i < s->workers; i++) {
        if (atomic_load(&s->worker[i].open) >= EVENTS_MAX) {
            (void)!write(s->worker[i].bell, &one, sizeof(one));
            any = true;
        }
    }
    return any;
}

void http_bell_release(struct http_worker *w)
{
    if (w->bell >= 0) {
        (void)close(w->bell);
    }
}
