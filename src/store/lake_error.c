/* What the engine says went wrong, told as our codes: it has no codes of its own, only texts. */
#include <string.h>
#include "store/internal.h"

static bool has(const char *text, const char *what) { return strstr(text, what) != NULL; }

/* DuckDB's kinds of error are the first words of its texts. */
static enum rc code_of(const char *text)
{
    if (has(text, "No space left") || has(text, "Disk quota") || has(text, "File too large")) {
        return RC_FULL;
    }
    if (has(text, "INTERRUPT Error") || has(text, "Interrupted!")) {
        return RC_STOPPED;
    }
    if (has(text, "Out of Memory Error")) {
        return RC_TOO_LARGE;
    }
    if (has(text, "No files found")) {
        return RC_MISSING;
    }
    if (has(text, "IO Error")) {
        return RC_IO;
    }
    return RC_BUG;
}

enum rc engine_fail(const char *what, const char *text, struct err *e)
{
    const char *why = text ? text : "unknown error";
    enum rc rc = code_of(why);
    if (rc == RC_STOPPED) {
        rc_fail(e, rc, "interrupted");
    } else if (rc == RC_TOO_LARGE) {
        rc_fail(e, rc, "%s: the lake's memory limit is reached", what);
        err_hint(e, "raise the memory limit, or ask for less at once");
    } else if (rc == RC_FULL) {
        rc_fail(e, rc, "no space is left on the lake's disk");
        err_hint(e, "make space (or raise the limit), then do it again");
    } else {
        rc_fail(e, rc, "lake: %s failed", what);
    }
    err_detail(e, "%s: %.200s", what, why);
    return rc;
}
