/* Interrupts: the first SIGINT, SIGTERM or SIGHUP asks long work to stop at the next batch
 * (RC_STOPPED, what was acknowledged is kept), a second one ends the process at once, which is
 * as safe. The flag is the one piece of mutable state that a signal handler forces on us. */
#ifndef POND_APP_STOP_H
#define POND_APP_STOP_H

#include <stdbool.h>

/* Installs the handlers; also ignores SIGPIPE, so that a closed pipe is an error of write(2). */
void stop_install(void);
bool stop_asked(void);

#endif
