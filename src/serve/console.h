/* The console: files of web/ as they were built, compiled into the program (tools/webgen.sh), answered compressed.
 *
 * Names below /assets/ carry a hash of their content and may be kept for ever; the page itself is asked for each time.
 * Every address that no file and nothing else answers is one of the console's own: it gets the page, which shows what
 * belongs there. A program that was built without web/ has no files, and console_answer answers nothing. */
#ifndef POND_SERVE_CONSOLE_H
#define POND_SERVE_CONSOLE_H

#include <stdbool.h>

struct request;

struct console_file {
    const char *path;        /* "/assets/index-C2aT.js" */
    const char *begin, *end; /* gzip */
};
extern const struct console_file console_files[]; /* in order of path; ends with path NULL */

/* True when it has answered. Only GET and HEAD. */
bool console_answer(struct request *q);

#endif
