/* A copy of a process whose other threads use ledgers can use its own: it meets no lock that was held at the fork. */
#include <pthread.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>
#include "store/ledger.h"
#include "tap.h"
#include "unit/store_temp.h"

#define THREADS 3
#define FORKS 300
#define PATIENCE_MS 10000

struct busy {
    char path[96];
    _Atomic bool *stop;
};

static bool use(const char *path)
{
    struct err e = {0};
    struct ledger *l = NULL;
    const struct ledger_options o = {.mode = LEDGER_WRITE};
    bool ok = ledger_open(path, &o, &l, &e) == RC_OK &&
              ledger_script(l, "test",
                            "create table if not exists t (a integer) strict;\n"
                            "insert into t values (random());\n",
                            &e) == RC_OK;
    ledger_close(l);
    return ok;
}

static void *keep_using(void *arg)
{
    const struct busy *b = arg;
    while (!atomic_load(b->stop)) {
        (void)use(b->path);
    }
    return NULL;
}

static void make(const char *dir, const char *name, char path[96])
{
    struct err e = {0};
    struct ledger *l = NULL;
    const struct ledger_options o = {.mode = LEDGER_CREATE};
    (void)snprintf(path, 96, "%s/%s.db", dir, name);
    if (ledger_open(path, &o, &l, &e)) {
        printf("Bail out! %s\n", e.msg);
        exit(2);
    }
    ledger_close(l);
}

/* True when the copy has used its ledger and ended within the time. */
static bool copy_works(const char *path)
{
    int status = 0, waited = 0;
    ledger_fork_begin();
    pid_t pid = fork();
    ledger_fork_end();
    if (pid == 0) {
        _exit(use(path) ? 0 : 1);
    }
    while (waitpid(pid, &status, WNOHANG) == 0) {
        if (waited++ > PATIENCE_MS) {
            (void)kill(pid, SIGKILL);
            (void)waitpid(pid, &status, 0);
            return false;
        }
        (void)poll(NULL, 0, 1);
    }
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

int main(void)
{
    char dir[64], own[96];
    _Atomic bool stop = false;
    pthread_t thread[THREADS];
    struct busy busy[THREADS];
    temp_make(dir);
    make(dir, "own", own);
    for (int i = 0; i < THREADS; i++) {
        char name[16];
        (void)snprintf(name, sizeof(name), "b%d", i);
        make(dir, name, busy[i].path);
        busy[i].stop = &stop;
        (void)pthread_create(&thread[i], NULL, keep_using, &busy[i]);
    }
    TEST("a copy uses its ledger whatever other threads did with theirs at the fork") {
        int works = 0;
        for (int i = 0; i < FORKS && works == i; i++) {
            works += copy_works(own);
        }
        CHECK_EQ_I64(works, FORKS);
    }
    atomic_store(&stop, true);
    for (int i = 0; i < THREADS; i++) {
        (void)pthread_join(thread[i], NULL);
    }
    temp_drop(dir);
    return tap_end();
}
