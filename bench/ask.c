/* Times of what a person waits for:
 *
 *     bench_ask questions URL KEY SECONDS [PAUSE_MS] 'GET /path' 'POST /path {"json":1}' ...
 *     bench_ask visible URL WRITE_KEY OPERATOR_KEY TIMES [RUN]
 *
 * questions  asks one after another, again and again, on one connection: times of each as qN_..., and how many
 *            were not answered 200 (the exit code is then 1).
 * visible    sends an event of a consumer nobody knows yet, then asks for that consumer until it is there:
 *            acknowledged_... from sending to the answer, visible_... from sending to the first answer
 *            that shows the consumer. A pause at random between two, so that no rhythm helps. */
#include "bench.h"
#include "client.h"
#include "latency.h"

#include <string.h>
#include "base/rng.h"

#define QUESTIONS 16
#define POLL_US 5000

static int64_t now_us(void) { return (int64_t)(bench_now() * 1e6); }

struct question {
    char method[8], path[512];
    struct str body;
    struct latency time;
    uint64_t failed;
};

static bool read_question(struct question *q, const char *text)
{
    int at = 0;
    latency_init(&q->time);
    if (sscanf(text, "%7s %511s %n", q->method, q->path, &at) != 2) {
        return false;
    }
    q->body = str_of(text + at);
    return true;
}

static void ask_one(struct client *c, struct question *q)
{
    int64_t from = now_us();
    int status = client_ask(c, q->method, q->path, q->body);
    latency_add(&q->time, now_us() - from);
    if (status != 200 && q->failed++ == 0) {
        (void)fprintf(stderr, "ask: %s %s was answered %d: %.*s\n", q->method, q->path, status,
                      STR_FMT(str_slice(client_body(c), 0, 400)));
    }
}

static int questions(struct client *c, int argc, char *argv[])
{
    static struct question q[QUESTIONS];
    int n = 0, first = argc > 1 && argv[1][0] >= '0' && argv[1][0] <= '9' ? 2 : 1;
    double until = bench_now() + (argc ? strtod(argv[0], NULL) : 0);
    useconds_t pause = first == 2 ? (useconds_t)(strtod(argv[1], NULL) * 1000) : 0;
    uint64_t failed = 0;
    char name[16];
    for (int i = first; i < argc && n < QUESTIONS; i++) {
        if (!read_question(&q[n++], argv[i])) {
            (void)fprintf(stderr, "ask: \"%s\" is no question\n", argv[i]);
            return 2;
        }
    }
    for (int i = 0; n && bench_now() < until; i = (i + 1) % n) {
        ask_one(c, &q[i]);
        (void)usleep(pause);
    }
    for (int i = 0; i < n; i++) {
        (void)snprintf(name, sizeof(name), "q%d_", i + 1);
        latency_say(&q[i].time, name);
        printf("q%d_asked %llu\n", i + 1, (unsigned long long)q[i].time.n);
        failed += q[i].failed;
        latency_release(&q[i].time);
    }
    printf("failed %llu\n", (unsigned long long)failed);
    return failed ? 1 : 0;
}

/* Sends one event; false when it was not taken. */
static bool send_event(struct client *writer, const char *who)
{
    struct buf body = {0};
    struct timespec t;
    (void)clock_gettime(CLOCK_REALTIME, &t);
    buf_addf(&body,
             "{\"time\":%lld,\"event\":\"item_view\",\"id\":\"%s\",\"identities\":{\"user_id\":"
             "\"%s\"},\"item\":\"SKU1\"}",
             (long long)t.tv_sec * 1000 + t.tv_nsec / 1000000, who, who);
    int status = client_ask(writer, "POST", "/v1/events", buf_str(&body));
    if (status != 200 && status != 202) {
        (void)fprintf(stderr, "ask: an event was answered %d: %.*s\n", status,
                      STR_FMT(client_body(writer)));
    }
    buf_release(&body);
    return status == 200 || status == 202;
}

/* Until the consumer is shown. */
static bool wait_until_shown(struct client *reader, const char *who, int64_t until)
{
    char path[256];
    (void)snprintf(path, sizeof(path), "/api/v1/consumer?identity=user_id%%3A%s", who);
    for (;;) {
        int status = client_ask(reader, "GET", path, STR_NULL);
        if (status == 200 && str_find(client_body(reader), str_of(who), 0) != SIZE_MAX) {
            return true;
        }
        if ((status != 404 && status != 200) || now_us() > until) {
            (void)fprintf(stderr, "ask: %s was answered %d: %.*s\n", path, status,
                          STR_FMT(str_slice(client_body(reader), 0, 400)));
            return false;
        }
        (void)usleep(POLL_US);
    }
}

static int visible(struct client *writer, struct client *reader, int times, const char *run)
{
    struct latency acknowledged, shown;
    struct rng r = rng_seed((uint64_t)now_us());
    bool ok = true;
    latency_init(&acknowledged);
    latency_init(&shown);
    for (int i = 0; ok && i < times; i++) {
        char who[64];
        (void)snprintf(who, sizeof(who), "visible-%s-%d", run, i);
        int64_t from = now_us();
        ok = send_event(writer, who);
        latency_add(&acknowledged, now_us() - from);
        ok = ok && wait_until_shown(reader, who, from + 30000000);
        latency_add(&shown, now_us() - from);
        (void)usleep(1000 + rng_below(&r, 50000));
    }
    latency_say(&acknowledged, "acknowledged_");
    latency_say(&shown, "visible_");
    latency_release(&acknowledged);
    latency_release(&shown);
    return ok ? 0 : 1;
}

int main(int argc, char *argv[])
{
    struct client one, two;
    int rc = 2;
    if (argc >= 5 && strcmp(argv[1], "questions") == 0 && client_init(&one, argv[2], argv[3])) {
        rc = questions(&one, argc - 4, argv + 4);
        client_release(&one);
    } else if (argc >= 6 && strcmp(argv[1], "visible") == 0 &&
               client_init(&one, argv[2], argv[3]) && client_init(&two, argv[2], argv[4])) {
        rc = visible(&one, &two, atoi(argv[5]), argc > 6 ? argv[6] : "1");
        client_release(&one);
        client_release(&two);
    } else {
        (void)fprintf(stderr, "ask: see the head of bench/ask.c\n");
    }
    return rc;
}
