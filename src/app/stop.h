/* Interrupts (SIGINT, SIGTERM, SIGHUP). Work that only reads ends at once, with the exit code of
 * RC_STOPPED. Work that writes is armed: the first interrupt asks it to stop at the next batch
 * (what was acknowledged is kept), a second one ends the process, which is as safe. The flags
 * are the one piece of mutable state that a signal handler forces on us. */
#ifndef POND_APP_STOP_H
#define POND_APP_STOP_H

#include <stdbool.h>

/* Installs the handlers; also ignores SIGPIPE, so that a closed pipe is an error of write(2). */
void stop_install(void);
/* From now on an interrupt only asks; the work looks at stop_asked() between batches. pond_open
 * for writing does this. */
void stop_arm(void);
bool stop_asked(void);

#endif
