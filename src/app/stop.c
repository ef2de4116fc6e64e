#include "app/stop.h"
#include "base/rc.h"
#include <signal.h>
#include <string.h>
#include <unistd.h>

static volatile sig_atomic_t armed, asked, exit_code;

static void on_signal(int number)
{
    (void)number;
    if (!armed || asked) {
        _exit(exit_code);
    }
    asked = 1;
}

void stop_install(void)
{
    struct sigaction stop, quiet;
    exit_code = rc_exit(RC_STOPPED);
    memset(&stop, 0, sizeof(stop));
    (void)sigemptyset(&stop.sa_mask);
    stop.sa_handler = on_signal;
    stop.sa_flags = SA_RESTART;
    (void)sigaction(SIGINT, &stop, NULL);
    (void)sigaction(SIGTERM, &stop, NULL);
    struct sigaction hangup;
    if (sigaction(SIGHUP, NULL, &hangup) == 0 && hangup.sa_handler != SIG_IGN) {
        (void)sigaction(SIGHUP, &stop, NULL); /* nohup stays nohup */
    }
    memset(&quiet, 0, sizeof(quiet));
    (void)sigemptyset(&quiet.sa_mask);
    quiet.sa_handler = SIG_IGN;
    (void)sigaction(SIGPIPE, &quiet, NULL);
}

void stop_arm(void) { armed = 1; }
bool stop_asked(void) { return asked != 0; }
