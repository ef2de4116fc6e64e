#include "app/stop.h"
#include <signal.h>
#include <string.h>

static volatile sig_atomic_t asked;

static void on_signal(int number)
{
    (void)number;
    asked = 1;
}

void stop_install(void)
{
    struct sigaction stop;
    memset(&stop, 0, sizeof(stop));
    (void)sigemptyset(&stop.sa_mask);
    stop.sa_handler = on_signal;
    /* The second signal finds the default action and ends the process. */
    stop.sa_flags = (int)SA_RESETHAND;
    (void)sigaction(SIGINT, &stop, NULL);
    (void)sigaction(SIGTERM, &stop, NULL);
    (void)sigaction(SIGHUP, &stop, NULL);
    struct sigaction quiet;
    memset(&quiet, 0, sizeof(quiet));
    (void)sigemptyset(&quiet.sa_mask);
    quiet.sa_handler = SIG_IGN;
    (void)sigaction(SIGPIPE, &quiet, NULL);
}

bool stop_asked(void) { return asked != 0; }
